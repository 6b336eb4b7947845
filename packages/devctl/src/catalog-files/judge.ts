import {
  type DocumentResult,
  type Finding,
  parseCodeowners,
  parseDocument,
  type ValidateOptions,
  validateCatalog,
} from '@pao/documents';
import type { CatalogFolder } from './read-folder.ts';

export interface Judged {
  readonly results: readonly DocumentResult[];
  /** Of all files, also of those that could not be read. */
  readonly findings: readonly Finding[];
}

/** All checks of a catalog, each document on its own and among the others. */
export const judgeCatalog = (folder: CatalogFolder, options: ValidateOptions = {}): Judged => {
  const results = folder.files.map(({ path, text }) => parseDocument(text, { ...options, path }));
  const { findings } = validateCatalog(results, options);
  const all = [...folder.refused, ...withoutOwned(findings, folder)];
  return { results, findings: all.toSorted((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0)) };
};

/** Whoever CODEOWNERS names owns the document as well as an owner in it would. */
const withoutOwned = (findings: readonly Finding[], { codeowners }: CatalogFolder): readonly Finding[] => {
  if (codeowners === null) return findings;
  const { ownersOf } = parseCodeowners(codeowners.text);
  return findings.filter(({ code, path }) => code !== 'OWNER_MISSING' || ownersOf(path).length === 0);
};
