import type { CatalogDocument, CatalogItem, Finding, ItemLookup } from '@pao/documents';
import { UsageError } from '../failures.ts';
import { judgeCatalog } from './judge.ts';
import { readTargets } from './targets.ts';

export interface OneDocument {
  readonly path: string;
  /** Absent when the file has errors. */
  readonly document: CatalogDocument | undefined;
  /** The items beside it, for the components of a bundle. */
  readonly items: ItemLookup;
  /** Of this file alone. */
  readonly findings: readonly Finding[];
}

/** Reads one document, with the catalog it stands in. */
export const readDocument = async (file: string): Promise<OneDocument> => {
  const [target] = await readTargets([file]);
  const selected = target?.files.filter(({ path }) => target.isSelected(path)) ?? [];
  const [only, another] = selected;
  if (target === undefined || another !== undefined || (only === undefined && target.refused.length === 0)) {
    throw new UsageError(`${file} is not one document; name a file`);
  }
  const { results, findings } = judgeCatalog(target);
  const items = new Map<string, CatalogItem>();
  for (const { document } of results) if (document?.kind === 'CatalogItem') items.set(document.metadata.id, document);
  const path = only?.path ?? file;
  const own = findings.filter((finding) => target.isSelected(finding.path));
  const broken = own.some(({ severity }) => severity === 'error');
  const document = results.find((result) => result.path === path)?.document;
  return { path, document: broken ? undefined : document, items, findings: own };
};
