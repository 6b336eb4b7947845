import { bundleCodes } from './codes/bundle.ts';
import type { CodeEntry } from './codes/entry.ts';
import { fileCodes } from './codes/file.ts';
import { formCodes } from './codes/form.ts';
import { fulfillmentCodes } from './codes/fulfillment.ts';
import { metadataCodes } from './codes/metadata.ts';
import { shapeCodes } from './codes/shape.ts';
import { templateCodes } from './codes/templates.ts';

/** Every code by area, in the order of the reference page. */
export const CODE_AREAS = {
  'The file': fileCodes,
  'The shape of a document': shapeCodes,
  'Metadata, deprecation and secrets': metadataCodes,
  'Form and examples': formCodes,
  'Fulfillment, cost and lifecycle': fulfillmentCodes,
  Templates: templateCodes,
  Bundles: bundleCodes,
} as const;

type Areas = typeof CODE_AREAS;

/** Stable: a code is never renamed, and never given another meaning. */
export type Code = { [area in keyof Areas]: keyof Areas[area] }[keyof Areas];

export const CODES: { readonly [code in Code]: CodeEntry } = {
  ...fileCodes,
  ...shapeCodes,
  ...metadataCodes,
  ...formCodes,
  ...fulfillmentCodes,
  ...templateCodes,
  ...bundleCodes,
};
