import { type DocumentDescription, describeDocument, documentMarkdown } from '@pao/catalog-tools';
import { ok, type Result } from '@pao/kernel';
import type { DocumentNotOffered, GetDocument } from './get-document.ts';
import { itemsOf, typed } from './offered-documents.ts';

export interface OfferedDocs {
  readonly id: string;
  readonly version: string;
  readonly markdown: string;
  readonly description: DocumentDescription;
}

export type DescribeOffered = (id: string) => Promise<Result<OfferedDocs, DocumentNotOffered>>;

/**
 * Documentation of what is offered, made when it is asked for.
 * @param getAny whose documents stand in a bundle is for the bundle's team to say.
 */
export const createDescribeOffered =
  (getDocument: GetDocument, getAny: GetDocument): DescribeOffered =>
  async (id) => {
    const found = await getDocument(id);
    if (!found.ok) return found;
    const document = typed(found.value);
    const { owner, version } = found.value;
    const description = describeDocument(document, {
      items: await itemsOf(getAny, document),
      codeowners: owner && document.metadata.owner === undefined ? [owner.team] : [],
    });
    return ok({ id, version, markdown: documentMarkdown(description), description });
  };
