import { type CatalogDocument, formSchema } from '@pao/documents';
import type { JsonObject } from '@pao/kernel';
import type { FormBuilder } from '../../core/ports/form-builder.ts';

/** What is stored passed the checks, so it is a typed document; what comes out is plain JSON. */
export const buildForm: FormBuilder = (document) => {
  const { schema, uiSchema, fields } = formSchema(document as unknown as CatalogDocument);
  return { schema, uiSchema, fields: fields as unknown as readonly JsonObject[] };
};
