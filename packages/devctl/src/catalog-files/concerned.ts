import { type DocumentResult, parseDocument } from '@pao/documents';
import { isJsonObject, type Json } from '@pao/kernel';
import type { Changes } from './git.ts';

/** The changed documents, and those that use one: a bundle may break by what was done to its item. */
export const concernedBy = (results: readonly DocumentResult[], changes: Changes): ReadonlySet<string> => {
  // Who owns what is said for all documents at once.
  const owners = [...changes.present, ...changes.gone].some((path) => /(^|\/)CODEOWNERS$/.test(path));
  if (owners || changes.many) return new Set(results.map(({ path }) => path));
  const changed = results.filter(({ path }) => changes.present.has(path));
  const ids = new Set([...changed.map(({ id }) => id), ...changes.before.map(idIn)].filter((id) => id !== undefined));
  const users = results.filter((result) => usedBy(result).some((id) => ids.has(id)));
  return new Set([...changed, ...users].map(({ path }) => path));
};

// The id may have changed with the document: who used the old one is concerned.
const idIn = (text: string): string | undefined => parseDocument(text, { path: 'before' }).id;

/** Ids of other documents that a document names, whether or not it is right. */
const usedBy = ({ source, links = [] }: DocumentResult): readonly string[] => {
  const value: Json = source?.value ?? null;
  if (!isJsonObject(value)) return [];
  const components = Array.isArray(value.components) ? value.components : [];
  const items = components.map((component) => (isJsonObject(component) ? component.catalogItem : undefined));
  const replacedBy = isJsonObject(value.deprecation) ? value.deprecation.replacedBy : undefined;
  const constants = links.flatMap(({ namespace, names }) => (namespace === 'metadata' ? names.slice(0, 1) : []));
  return [...items, replacedBy, ...constants].filter((id) => typeof id === 'string');
};
