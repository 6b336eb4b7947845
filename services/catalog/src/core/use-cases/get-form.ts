import { ok, type Result } from '@pao/kernel';
import type { PublishedDocument } from '../domain/document.ts';
import type { CatalogForm, FormBuilder } from '../ports/form-builder.ts';
import type { DocumentNotOffered, GetDocument } from './get-document.ts';

export interface DocumentForm extends CatalogForm {
  readonly id: string;
  readonly version: string;
  /** Of the document. */
  readonly hash: string;
}

export type GetForm = (id: string) => Promise<Result<DocumentForm, DocumentNotOffered>>;

/** Forms kept at most; what is in use at one time is far less. */
const MAX_KEPT = 500;

/** Forms are built when they are first asked for and kept by the document's hash, so that a stale one can't be served. */
export const createForms = (build: FormBuilder): ((document: PublishedDocument) => CatalogForm) => {
  const kept = new Map<string, CatalogForm>();
  return ({ hash, document }) => {
    const known = kept.get(hash);
    if (known) return known;
    const form = build(document);
    const [oldest] = kept.keys();
    if (kept.size >= MAX_KEPT && oldest !== undefined) kept.delete(oldest);
    kept.set(hash, form);
    return form;
  };
};

export const createGetForm =
  (getDocument: GetDocument, formOf: ReturnType<typeof createForms>): GetForm =>
  async (id) => {
    const found = await getDocument(id);
    if (!found.ok) return found;
    const { version, hash } = found.value;
    return ok({ id, version, hash, ...formOf(found.value) });
  };
