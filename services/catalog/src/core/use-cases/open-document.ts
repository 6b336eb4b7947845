import { type CatalogDocument, type Finding, hasErrors, parseDocument } from '@pao/documents';
import { err, ok, type Result } from '@pao/kernel';
import type { DocumentNotOffered, GetDocument } from './get-document.ts';
import { typed } from './offered-documents.ts';

/** A document that somebody is writing, or the id of one that is offered. */
export type DocumentChoice =
  | { readonly kind: 'text'; readonly text: string; readonly path: string }
  | { readonly kind: 'offered'; readonly id: string };

export interface OpenedDocument {
  readonly document: CatalogDocument;
  /** Warnings. */
  readonly findings: readonly Finding[];
}

export type NotOpened = DocumentNotOffered | { readonly kind: 'not-valid'; readonly findings: readonly Finding[] };

export type OpenDocument = (choice: DocumentChoice) => Promise<Result<OpenedDocument, NotOpened>>;

export const createOpenDocument =
  (getDocument: GetDocument): OpenDocument =>
  async (choice) => {
    if (choice.kind === 'offered') {
      const found = await getDocument(choice.id);
      return found.ok ? ok({ document: typed(found.value), findings: [] }) : found;
    }
    const { document, findings } = parseDocument(choice.text, { path: choice.path });
    return document === undefined || hasErrors(findings)
      ? err({ kind: 'not-valid', findings })
      : ok({ document, findings });
  };
