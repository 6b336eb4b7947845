import type { Json } from '@pao/kernel';
import type { ValidateFunction } from 'ajv';
import { createAjv } from './ajv.ts';
import { commonTypes } from './common-types.ts';
import { catalogBundle, catalogItem } from './documents.ts';
import type { JsonSchema } from './json-schema.ts';
import { type SchemaProblem, toProblems } from './problems.ts';

export type DocumentKind = 'CatalogItem' | 'CatalogBundle';

const SCHEMAS: { readonly [kind in DocumentKind]: JsonSchema } = {
  CatalogItem: catalogItem,
  CatalogBundle: catalogBundle,
};

let ajv: ReturnType<typeof createAjv> | undefined;
const validators = new Map<DocumentKind, ValidateFunction>();

// Compiling costs tens of milliseconds and is needed only where documents are read, not where forms are filled in.
const validatorOf = (kind: DocumentKind): ValidateFunction => {
  const known = validators.get(kind);
  if (known !== undefined) return known;
  ajv ??= createAjv().addSchema(commonTypes);
  const validate = ajv.compile(SCHEMAS[kind]);
  validators.set(kind, validate);
  return validate;
};

/** What breaks the published JSON Schema of the kind. */
export const checkSchema = (kind: DocumentKind, value: Json): readonly SchemaProblem[] => {
  const validate = validatorOf(kind);
  return validate(value) ? [] : toProblems(validate.errors ?? []);
};
