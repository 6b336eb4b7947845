import type { CatalogDocument } from '@pao/documents';
import { canonicalJson, isJsonObject, type Json } from '@pao/kernel';
import { compareJson, type Difference } from '../golden/compare.ts';
import { type FormChange, formChanges } from './form-changes.ts';

export type Bump = 'none' | 'patch' | 'minor' | 'major';

export interface DocumentDiff {
  /** The places that differ, five hundred at most. */
  readonly changes: readonly DocumentChange[];
  readonly form: readonly FormChange[];
  /** Whether an input that was accepted before may be refused now. */
  readonly breaking: boolean;
  /** By which part the version must rise at least: a breaking change of the form needs a new major. */
  readonly needs: Bump;
  /** Whether the newer version has risen that far. */
  readonly versionRight: boolean;
}

export interface DocumentChange {
  /** `fulfillment.automatic.actions.create-database.config.endpoint.url`: entries that have an id are named by it. */
  readonly path: string;
  readonly kind: 'added' | 'removed' | 'changed';
  /** Null where nothing was. */
  readonly before: Json;
  readonly after: Json;
}

/** As many as a person will read; a document that was written anew differs everywhere. */
const MAX_CHANGES = 500;

/** What differs between two versions of a document, and what that means for its version number. */
export const diffDocuments = (before: CatalogDocument, after: CatalogDocument): DocumentDiff => {
  const changes = compareJson(byId(before), byId(after), MAX_CHANGES).map(changeOf);
  const form = formChanges(before, after);
  const breaking = form.some((change) => change.breaking);
  const needs = breaking ? 'major' : form.length > 0 ? 'minor' : meansSomething(before, after) ? 'patch' : 'none';
  const risen = rise(before.metadata.version, after.metadata.version);
  return { changes, form, breaking, needs, versionRight: ORDER.indexOf(risen) >= ORDER.indexOf(needs) };
};

const meansSomething = (before: CatalogDocument, after: CatalogDocument): boolean =>
  canonicalJson(unversioned(before)) !== canonicalJson(unversioned(after));

const unversioned = (document: CatalogDocument): unknown => ({
  ...document,
  metadata: { ...document.metadata, version: '' },
});

/**
 * With lists whose entries have ids (fields, groups, actions, components) as objects by id, so that an entry put in between does
 * not make all after it differ, and places are named as authors name them.
 */
const byId = (value: unknown): Json => {
  if (Array.isArray(value)) {
    const entries = value.map(byId);
    const ids = entries.map((entry) => (isJsonObject(entry) && typeof entry.id === 'string' ? entry.id : undefined));
    const distinct = new Set(ids).size === ids.length && ids.length > 0 && !ids.includes(undefined);
    return distinct ? Object.fromEntries(entries.map((entry, index) => [ids[index] ?? '', entry])) : entries;
  }
  if (typeof value !== 'object' || value === null) return value as Json;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, byId(member)]));
};

const changeOf = ({ path, expected, actual }: Difference): DocumentChange => ({
  path,
  kind: expected === undefined ? 'added' : actual === undefined ? 'removed' : 'changed',
  before: expected ?? null,
  after: actual ?? null,
});

const ORDER: readonly Bump[] = ['none', 'patch', 'minor', 'major'];

/** Which part of a version has risen; `none` when it fell or stayed. */
const rise = (before: string, after: string): Bump => {
  const [was, now] = [numbersOf(before), numbersOf(after)];
  for (const [index, bump] of (['major', 'minor', 'patch'] as const).entries()) {
    const difference = (now[index] ?? 0) - (was[index] ?? 0);
    if (difference !== 0) return difference > 0 ? bump : 'none';
  }
  return 'none';
};

const numbersOf = (version: string): readonly number[] => (version.split(/[-+]/)[0] ?? '').split('.').map(Number);
