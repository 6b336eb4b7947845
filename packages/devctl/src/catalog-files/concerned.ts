import { type DocumentResult, namedDocuments, parseDocument } from '@pao/documents';
import type { Changes } from './git.ts';

/** The changed documents, and those that use one: a bundle may break by what was done to its item. */
export const concernedBy = (results: readonly DocumentResult[], changes: Changes): ReadonlySet<string> => {
  // Who owns what is said for all documents at once.
  const owners = [...changes.present, ...changes.gone].some((path) => /(^|\/)CODEOWNERS$/.test(path));
  if (owners || changes.many) return new Set(results.map(({ path }) => path));
  const changed = results.filter(({ path }) => changes.present.has(path));
  const ids = new Set([...changed.map(({ id }) => id), ...changes.before.map(idIn)].filter((id) => id !== undefined));
  const users = results.filter((result) => namedDocuments(result).some((id) => ids.has(id)));
  return new Set([...changed, ...users].map(({ path }) => path));
};

// The id may have changed with the document: who used the old one is concerned.
const idIn = (text: string): string | undefined => parseDocument(text, { path: 'before' }).id;
