import { stat } from 'node:fs/promises';
import { humanReport } from '@pao/catalog-tools';
import { operations } from '@pao/contracts';
import { type CatalogDocument, type CatalogItem, parseDocument } from '@pao/documents';
import { type CommandContext, must } from '../context.ts';
import { DocumentsRefused, UsageError } from '../failures.ts';
import { type Judged, judgeCatalog } from './judge.ts';
import { isDocumentName } from './list.ts';
import { readTargets, type Target } from './targets.ts';

/** What was named: files and folders on disk, or the id of something that PAO offers. */
export const isOnDisk = async (given: string): Promise<boolean> =>
  /[/\\]/.test(given) || isDocumentName(given) || (await stat(given).catch(() => undefined)) !== undefined;

/** The document of a file, or, given an id, of what PAO offers under it. */
export const loadDocument = async (context: CommandContext, given: string): Promise<CatalogDocument> => {
  if (!(await isOnDisk(given))) return publishedDocument(context, given);
  const [target] = await readTargets([given]);
  if (target === undefined || (await stat(given)).isDirectory()) {
    throw new UsageError(`${given} is a folder; name a file or an id`);
  }
  const [document] = selectedDocuments(context, target, judgeCatalog(target));
  if (document === undefined) throw new UsageError(`${given} cannot be read`);
  return document.document;
};

export interface SelectedDocument {
  readonly path: string;
  readonly document: CatalogDocument;
}

/**
 * The documents that were asked for. What is wrong with one of them is printed.
 * @throws DocumentsRefused when one has an error of its own: nothing true could be said about it.
 */
export const selectedDocuments = (
  { terminal }: CommandContext,
  target: Target,
  { results, findings }: Judged,
): readonly SelectedDocument[] => {
  const selected = results.filter(({ path }) => target.isSelected(path));
  const usable = new Set(selected.filter(({ document }) => document !== undefined).map(({ path }) => path));
  const wrong = findings.filter(
    ({ path, severity }) => severity === 'error' && target.isSelected(path) && !usable.has(path),
  );
  if (wrong.length > 0) {
    const textOf = (path: string): string | undefined => target.files.find((file) => file.path === path)?.text;
    terminal.error(humanReport({ documents: selected.length, findings: wrong, textOf }));
    throw new DocumentsRefused('the documents have errors');
  }
  return selected.flatMap(({ path, document }) => (document === undefined ? [] : [{ path, document }]));
};

/** Read again from what the API answered: whatever it says is judged before it is used. */
export const publishedDocument = async (context: CommandContext, id: string): Promise<CatalogDocument> => {
  const { data } = await must(context, operations.getCatalogItem, { params: { id } });
  const { document, findings } = parseDocument(JSON.stringify(data.document, null, 1), { path: `${data.id}.json` });
  if (document !== undefined) return document;
  const [first] = findings;
  throw new UsageError(`what PAO answered for ${id} is no document that this devctl knows: ${first?.message ?? ''}`);
};

/** The items that a bundle is made of, as PAO offers them; those it does not offer are left out. */
export const publishedItems = async (
  context: CommandContext,
  document: CatalogDocument,
): Promise<ReadonlyMap<string, CatalogItem>> => {
  const items = new Map<string, CatalogItem>();
  if (document.kind === 'CatalogItem') return items;
  for (const id of new Set(document.components.map(({ catalogItem }) => catalogItem))) {
    const item = await publishedDocument(context, id);
    if (item.kind === 'CatalogItem') items.set(id, item);
  }
  return items;
};
