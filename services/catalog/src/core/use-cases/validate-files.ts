import {
  type CatalogFile,
  type DocumentResult,
  type Finding,
  namedDocuments,
  parseDocument,
  type ServedPool,
  validateCatalog,
} from '@pao/documents';
import type { PublishedDocument } from '../domain/document.ts';
import type { GetDocument } from './get-document.ts';
import { offeredDocuments, typed } from './offered-documents.ts';

export interface FilesVerdict {
  readonly valid: boolean;
  readonly documents: number;
  readonly findings: readonly Finding[];
}

export interface ValidateFilesCommand {
  readonly files: readonly CatalogFile[];
  /** Unknown action types are errors, and warnings fail. */
  readonly strict: boolean;
}

export type ValidateFiles = (command: ValidateFilesCommand) => Promise<FilesVerdict>;

/** Judges files together, and among those offered documents that they name. */
export const createValidateFiles =
  (getDocument: GetDocument, served: () => readonly ServedPool[] = () => []): ValidateFiles =>
  async ({ files, strict }) => {
    const executors = served();
    const results: DocumentResult[] = [];
    for (const { path, text } of files) {
      results.push(parseDocument(text, { path, strict, executors }));
      // A document takes milliseconds, and others want their turn.
      await new Promise((resolve) => setImmediate(resolve));
    }
    const own = new Set(results.flatMap(({ id }) => id ?? []));
    const named = results.flatMap(namedDocuments).filter((id) => !own.has(id));
    const around = (await offeredDocuments(getDocument, named)).map(standIn);
    const paths = new Set(files.map(({ path }) => path));
    const findings = validateCatalog([...results, ...around], { strict }).findings.filter(({ path }) =>
      paths.has(path),
    );
    const valid = !findings.some(({ severity }) => strict || severity === 'error');
    return { valid, documents: results.length, findings };
  };

const standIn = (published: PublishedDocument): DocumentResult => {
  const document = typed(published);
  return { path: `offered:${published.id}`, id: published.id, kind: document.kind, document, findings: [] };
};
