import type { JsonObject } from '@pao/kernel';

export interface CatalogForm {
  /** JSON Schema 2020-12. */
  readonly schema: JsonObject;
  readonly uiSchema: JsonObject;
  /** The fields in order, with their component names. */
  readonly fields: readonly JsonObject[];
}

/** Makes the form of a document that passed the checks. Costs milliseconds: keep what it returns. */
export type FormBuilder = (document: JsonObject) => CatalogForm;
