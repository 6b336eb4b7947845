import type { CatalogDocument } from './document.ts';
import { byPlace, type Finding } from './finding.ts';
import { parseDocument } from './parse.ts';

export interface CatalogFile {
  readonly path: string;
  readonly text: string;
}

export interface ValidateOptions {
  /** Doubts become errors: an action type that no known executor serves. */
  readonly strict?: boolean;
  /** Action types that executors serve beside the built-in ones. */
  readonly knownActionTypes?: readonly string[];
}

export interface CatalogResult {
  /** Documents without an error, with the file each came from. */
  readonly documents: readonly { readonly path: string; readonly document: CatalogDocument }[];
  readonly findings: readonly Finding[];
}

/** Reads all files of a catalog and checks them on their own and against each other. */
export const validateCatalog = (files: readonly CatalogFile[], _options: ValidateOptions = {}): CatalogResult => {
  const results = files.map((file) => parseDocument(file.text, { path: file.path }));
  return {
    documents: results.flatMap(({ path, document }) => (document === undefined ? [] : [{ path, document }])),
    findings: results.flatMap((result) => result.findings).toSorted(byPlace),
  };
};
