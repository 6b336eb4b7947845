import { readdir, readFile } from 'node:fs/promises';
import { type CatalogBundle, type CatalogItem, type CatalogResult, validateCatalog } from '@pao/documents';
import { starterRepository } from '../src/index.ts';

export interface RepositoryFile {
  readonly path: string;
  readonly text: string;
}

/** The files of the repository whose path fits, in the order of their paths. */
export const readFiles = async (pattern: RegExp): Promise<readonly RepositoryFile[]> => {
  const paths = (await readdir(starterRepository, { recursive: true })).map((path) => path.replaceAll('\\', '/'));
  return Promise.all(
    paths
      .filter((path) => pattern.test(path))
      .toSorted()
      .map(async (path) => ({ path, text: await readFile(new URL(path, starterRepository), 'utf8') })),
  );
};

export const readDocuments = (): Promise<readonly RepositoryFile[]> => readFiles(/^(catalog|bundles)\/.*\.yaml$/);

export interface Starter extends CatalogResult {
  readonly items: readonly CatalogItem[];
  readonly bundles: readonly CatalogBundle[];
  readonly itemsById: ReadonlyMap<string, CatalogItem>;
}

export const readStarter = async (): Promise<Starter> => {
  const result = validateCatalog(await readDocuments(), { strict: true });
  const all = result.documents.map(({ document }) => document);
  const items = all.flatMap((document) => (document.kind === 'CatalogItem' ? [document] : []));
  return {
    ...result,
    items,
    bundles: all.flatMap((document) => (document.kind === 'CatalogBundle' ? [document] : [])),
    itemsById: new Map(items.map((item) => [item.metadata.id, item])),
  };
};
