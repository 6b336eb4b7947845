import { stat } from 'node:fs/promises';
import { humanReport } from '@pao/catalog-tools';
import { operations } from '@pao/contracts';
import {
  type CatalogDocument,
  type CatalogItem,
  type ItemLookup,
  parseCodeowners,
  parseDocument,
} from '@pao/documents';
import type { JsonObject } from '@pao/kernel';
import { type CommandContext, must } from '../context.ts';
import { CallFailed, DocumentsRefused, UsageError } from '../failures.ts';
import { judgeCatalog } from './judge.ts';
import { isDocumentName } from './list.ts';
import { readTargets } from './targets.ts';

export interface LoadedDocument {
  readonly document: CatalogDocument;
  /** Whom CODEOWNERS names for its file. */
  readonly codeowners: readonly string[];
}

export interface LoadedDocuments {
  readonly documents: readonly LoadedDocument[];
  /** Items that bundles among them may name. */
  readonly items: ItemLookup;
}

/**
 * The documents of a file or folder, or, given an id, what PAO offers under it. What is wrong with a file is printed.
 * @throws DocumentsRefused when a document has an error of its own: nothing true could be said about it.
 */
export const loadDocuments = async (context: CommandContext, given: string): Promise<LoadedDocuments> =>
  (await isOnDisk(given)) ? fromDisk(context, given) : fromApi(context, given);

/** Ids have neither separators nor endings. */
const isOnDisk = async (given: string): Promise<boolean> =>
  /[/\\]/.test(given) || isDocumentName(given) || (await stat(given).catch(() => undefined)) !== undefined;

const fromDisk = async (context: CommandContext, given: string): Promise<LoadedDocuments> => {
  const documents: LoadedDocument[] = [];
  const items = new Map<string, CatalogItem>();
  for (const target of await readTargets([given])) {
    const { results, findings } = judgeCatalog(target);
    const usable = new Set(results.filter(({ document }) => document !== undefined).map(({ path }) => path));
    const wrong = findings.filter(({ path }) => target.isSelected(path) && !usable.has(path));
    if (wrong.length > 0) {
      const textOf = (path: string): string | undefined => target.files.find((file) => file.path === path)?.text;
      const judged = new Set(wrong.map(({ path }) => path)).size;
      context.terminal.error(humanReport({ documents: judged, findings: wrong, textOf }));
      throw new DocumentsRefused('a document has errors');
    }
    const { ownersOf } = parseCodeowners(target.codeowners?.text ?? '');
    for (const { path, document } of results) {
      if (document?.kind === 'CatalogItem') items.set(document.metadata.id, document);
      if (document !== undefined && target.isSelected(path)) documents.push({ document, codeowners: ownersOf(path) });
    }
  }
  if (documents.length === 0) throw new UsageError(`no documents found in ${given}`);
  return { documents, items };
};

const fromApi = async (context: CommandContext, id: string): Promise<LoadedDocuments> => {
  const { data } = await must(context, operations.getCatalogItem, { params: { id } });
  const document = published(id, data.document);
  const components = document.kind === 'CatalogBundle' ? document.components : [];
  const items = new Map<string, CatalogItem>();
  for (const name of new Set(components.map(({ catalogItem }) => catalogItem))) {
    const answer = await context.client.call(operations.getCatalogItem, {
      params: { id: name },
      signal: context.terminal.signal,
    });
    // An item that is retired, or that this caller may not see: the bundle can be described without it.
    if (!answer.ok && answer.error.kind === 'refused') continue;
    if (!answer.ok) throw new CallFailed(answer.error);
    const item = published(name, answer.value.data.document);
    if (item.kind === 'CatalogItem') items.set(name, item);
  }
  return { documents: [{ document, codeowners: [] }], items };
};

/** Read as a file would be: what the API says is judged before it is used. */
const published = (id: string, answer: JsonObject): CatalogDocument => {
  const { document, findings } = parseDocument(JSON.stringify(answer, null, 1), { path: 'answer.json' });
  if (document !== undefined) return document;
  const reason = findings.find(({ severity }) => severity === 'error')?.message ?? '';
  throw new UsageError(`what PAO answered for ${id} is no document that this devctl knows: ${reason}`);
};
