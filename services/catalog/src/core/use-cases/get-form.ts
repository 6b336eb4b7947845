import { ok, type Result } from '@pao/kernel';
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
export const createGetForm = (getDocument: GetDocument, build: FormBuilder): GetForm => {
  const kept = new Map<string, CatalogForm>();
  const keep = (hash: string, form: CatalogForm): CatalogForm => {
    const [oldest] = kept.keys();
    if (kept.size >= MAX_KEPT && oldest !== undefined) kept.delete(oldest);
    kept.set(hash, form);
    return form;
  };
  return async (id) => {
    const found = await getDocument(id);
    if (!found.ok) return found;
    const { version, hash, document } = found.value;
    return ok({ id, version, hash, ...(kept.get(hash) ?? keep(hash, build(document))) });
  };
};
