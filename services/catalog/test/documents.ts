import { createHash } from 'node:crypto';
import { canonicalJson, isJsonObject, type JsonObject } from '@pao/kernel';
import type { CatalogEntry, CheckedDocument } from '../src/core/domain/document.ts';
import type { SyncPlan } from '../src/core/domain/sync-plan.ts';
import type { CatalogSource, Snapshot, SourceFile } from '../src/core/ports/catalog-source.ts';
import type { SyncOutcome } from '../src/core/ports/catalog-store.ts';
import type { DocumentChecker } from '../src/core/ports/document-checker.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** A checked item, as small as it can be; `text` alters its content. */
export const checkedDocument = (id: string, overrides: Partial<CheckedDocument> = {}, text = ''): CheckedDocument => {
  const document: JsonObject = { schemaVersion: 'catalog/v1', kind: 'CatalogItem', metadata: { id }, text };
  return {
    id,
    kind: 'CatalogItem',
    path: `catalog/databases/${id}.yaml`,
    hash: sha256(canonicalJson(document)),
    name: `Name of ${id}`,
    description: `What ${id} is good for`,
    version: '1.0.0',
    category: 'databases',
    owner: { team: 'platform-databases' },
    mode: 'automatic',
    tags: ['sql'],
    visibleTeams: null,
    document,
    ...overrides,
  };
};

export const catalogEntry = (id: string, overrides: Partial<CatalogEntry> = {}): CatalogEntry => {
  const { path: _path, document: _document, ...summary } = checkedDocument(id);
  return { ...summary, revision: 1, publishedAt: new Date('2026-01-01T00:00:00Z'), ...overrides };
};

/** What a sync that applied a plan leaves behind. */
export const outcomeOf = (plan: Partial<SyncPlan> & Pick<SyncPlan, 'revision' | 'documents'>): SyncOutcome => {
  const at = new Date('2026-02-03T04:05:06.789Z');
  const { revision, documents } = plan;
  return {
    state: {
      state: 'succeeded',
      commit: `commit-${revision}`,
      source: '/catalog',
      branch: null,
      forcePushed: null,
      rules: 'rules-1',
      revision,
      documents,
      startedAt: at,
      completedAt: at,
      failure: null,
    },
    changes: {
      plan: { publish: [], retire: [], reassign: [], move: [], ...plan },
      findings: [],
      categories: [],
      announce: true,
    },
  };
};

const parseJson = ({ path, text }: SourceFile): CheckedDocument | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    if (!isJsonObject(value) || typeof value['id'] !== 'string') return undefined;
    const unowned = value['owner'] === null ? { owner: null } : {};
    return checkedDocument(value['id'], { path, ...unowned }, typeof value['text'] === 'string' ? value['text'] : '');
  } catch {
    return undefined;
  }
};

/** Reads JSON in place of YAML: `{ "id", "text"?, "owner"? }`, anything else is broken. */
export const jsonChecker = (
  rules = 'rules-1',
): DocumentChecker & { readonly checked: number[]; readonly offered: string[] } => {
  const checked: number[] = [];
  const offered: string[] = [];
  return {
    rules,
    checked,
    offered,
    check: async (files, offeredOf) => {
      checked.push(files.length);
      const results = files.map((file) => ({ path: file.path, document: parseJson(file) }));
      const broken = results.filter(({ document }) => !document).map(({ path }) => ({ path }));
      offered.push(...(await offeredOf(broken)).map(({ path }) => path));
      return {
        documents: results.flatMap(({ document }) => document ?? []),
        broken,
        findings: broken.map(({ path }) => ({
          path,
          line: 3,
          column: 5,
          severity: 'error' as const,
          code: 'YAML_SYNTAX',
          message: 'not readable',
        })),
      };
    },
  };
};

interface FakeSourceState {
  files: Readonly<Record<string, string>> | undefined;
  unreadable: Snapshot['unreadable'];
  codeowners: Snapshot['codeowners'];
  forced: boolean;
}

/** A source whose files a test sets; undefined means that it can't be read. */
export const fakeSource = (initial: Readonly<Record<string, string>> = {}, name = '/catalog') => {
  const state: FakeSourceState = { files: initial, unreadable: [], codeowners: null, forced: false };
  const asked: (string | null)[] = [];
  const source: CatalogSource = {
    name,
    read: async (known, when) => {
      asked.push(known?.commit ?? null);
      const { unreadable, codeowners, forced } = state;
      if (!state.files) return { ok: false, error: { kind: 'source-unreadable', reason: '/catalog does not exist' } };
      const files = Object.entries(state.files).map(([path, text]) => ({ path, text }));
      const commit = sha256(JSON.stringify([files, unreadable, codeowners]));
      if (when === 'if-changed' && known?.commit === commit) return { ok: true, value: 'unchanged' };
      return { ok: true, value: { commit, branch: 'main', files, unreadable, codeowners, forced } };
    },
  };
  return { source, state, asked };
};

export { newId } from '@pao/runtime';
