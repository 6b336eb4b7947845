import type { ServedPool } from '@pao/documents';
import type { Viewer } from '../domain/viewer.ts';
import type { CatalogStore } from '../ports/catalog-store.ts';
import type { FormBuilder } from '../ports/form-builder.ts';
import { createDescribeOffered, type DescribeOffered } from './describe-offered.ts';
import { createGetDocument, type GetDocument } from './get-document.ts';
import { createForms, createGetForm, type GetForm } from './get-form.ts';
import { createOpenDocument, type OpenDocument } from './open-document.ts';
import { createTestVariables, type TestVariables } from './test-variables.ts';
import { createValidateFiles, type ValidateFiles } from './validate-files.ts';

/** What one viewer can ask of single documents. */
export interface CatalogReader {
  readonly getDocument: GetDocument;
  readonly getForm: GetForm;
  readonly describeOffered: DescribeOffered;
  readonly openDocument: OpenDocument;
  readonly validateFiles: ValidateFiles;
  readonly testVariables: TestVariables;
}

export type ReadAs = (viewer: Viewer) => CatalogReader;

/** Documents as each viewer may see them. */
export const createReadAs = (
  store: Pick<CatalogStore, 'find'>,
  buildForm: FormBuilder,
  served?: () => readonly ServedPool[],
): ReadAs => {
  const formOf = createForms(buildForm);
  const getAny = createGetDocument(store);
  return (viewer) => {
    const getDocument = createGetDocument(store, viewer);
    const openDocument = createOpenDocument(getDocument);
    return {
      getDocument,
      getForm: createGetForm(getDocument, formOf),
      describeOffered: createDescribeOffered(getDocument, getAny),
      openDocument,
      validateFiles: createValidateFiles(getDocument, served),
      testVariables: createTestVariables(openDocument, getDocument, getAny),
    };
  };
};
