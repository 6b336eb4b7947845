import { checkTogether } from './checks/catalog.ts';
import type { ActionTypeOptions } from './checks/fulfillment.ts';
import type { CatalogDocument } from './document.ts';
import { byPlace, type Finding } from './finding.ts';
import { type DocumentResult, parseDocument } from './parse.ts';

export interface CatalogFile {
  /** From the root of the catalog repository. */
  readonly path: string;
  readonly text: string;
}

export type ValidateOptions = ActionTypeOptions;

export interface CatalogResult {
  /** Documents without an error of their own or with others, with the file each came from. */
  readonly documents: readonly { readonly path: string; readonly document: CatalogDocument }[];
  /** Sorted by place. */
  readonly findings: readonly Finding[];
}

/**
 * Checks all files of a catalog on their own and against each other. A file that was parsed before may be given as its
 * result, which spares the parsing.
 */
export const validateCatalog = (
  files: readonly (CatalogFile | DocumentResult)[],
  options: ValidateOptions = {},
): CatalogResult => {
  const results = files.map((file) =>
    'text' in file ? parseDocument(file.text, { ...options, path: file.path }) : file,
  );
  const together = checkTogether(results);
  const broken = new Set(together.filter(({ severity }) => severity === 'error').map(({ path }) => path));
  return {
    documents: results.flatMap(({ path, document }) =>
      document === undefined || broken.has(path) ? [] : [{ path, document }],
    ),
    findings: [...results.flatMap((result) => result.findings), ...together].toSorted(byPlace),
  };
};
