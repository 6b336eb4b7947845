import type { Json } from '@pao/kernel';
import type { ValidateFunction } from 'ajv';
import { createAjv } from './ajv.ts';
import { commonTypes } from './common-types.ts';
import { catalogBundle, catalogItem } from './documents.ts';
import { type SchemaProblem, toProblems } from './problems.ts';

export type DocumentKind = 'CatalogItem' | 'CatalogBundle';

let validators: { readonly [kind in DocumentKind]: ValidateFunction } | undefined;

// Compiling costs tens of milliseconds and is needed only where documents are read, not where forms are filled in.
const compileOnce = (): NonNullable<typeof validators> => {
  const ajv = createAjv();
  ajv.addSchema(commonTypes);
  return { CatalogItem: ajv.compile(catalogItem), CatalogBundle: ajv.compile(catalogBundle) };
};

/** What breaks the published JSON Schema of the kind. */
export const checkSchema = (kind: DocumentKind, value: Json): readonly SchemaProblem[] => {
  validators ??= compileOnce();
  const validate = validators[kind];
  return validate(value) ? [] : toProblems(validate.errors ?? []);
};
