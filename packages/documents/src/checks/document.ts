import { isJsonObject, type Json, type JsonObject } from '@pao/kernel';
import type { CatalogDocument, CatalogItem } from '../document.ts';
import { checkAnnounced } from './announced.ts';
import { checkApprovals } from './approvals.ts';
import { checkComponents } from './components.ts';
import { checkConfigs } from './configs.ts';
import { checkDeprecation } from './deprecation.ts';
import { checkExamples } from './examples.ts';
import { checkExposure } from './exposure.ts';
import { checkExpressions } from './expressions.ts';
import { checkForm } from './form.ts';
import { type ActionTypeOptions, checkActions, checkFulfillment } from './fulfillment.ts';
import { checkMetadata } from './metadata.ts';
import { checkReferences, knownOf, type Link, linksOf } from './references.ts';
import { checkRenderings } from './renderings.ts';
import type { Report } from './report.ts';
import { checkSecrets } from './secrets.ts';
import { actionSites } from './sites.ts';
import { compileSites, referencesOf } from './templates.ts';
import { checkUrls } from './urls.ts';

export interface DocumentCheckOptions extends ActionTypeOptions {
  readonly path: string;
  /** The value as it was read. */
  readonly raw: Json;
}

/**
 * All checks of one document that need no other. The document has the shape of its schema. Answers what it reads of
 * others.
 */
export const checkDocument = (
  document: CatalogDocument,
  options: DocumentCheckOptions,
  report: Report,
): readonly Link[] => {
  checkMetadata(document, options.path, report);
  checkForm(document.input.form, report);
  checkSecrets(options.raw, report);
  checkDeprecation(document, report);
  checkExamples(document, report);
  checkApprovals(document, report);
  if (document.kind === 'CatalogItem') return checkItem(document, options, report);
  checkComponents(document, report);
  return [];
};

const checkItem = (item: CatalogItem, options: DocumentCheckOptions, report: Report): readonly Link[] => {
  const sites = actionSites(item, options.raw);
  checkFulfillment(item, hasStrategy(options.raw), report);
  checkActions(sites, options, report);
  checkAnnounced(sites, options, report);
  checkConfigs(sites, report);
  checkUrls(sites, item.metadata.id, item.metadata as JsonObject, report);
  checkExpressions(item, sites, report);
  const compiled = compileSites(sites, report);
  const known = knownOf(item, sites);
  const references = compiled.flatMap(referencesOf);
  checkReferences(references, known, report);
  checkExposure(references, { known, executors: options.executors ?? [] }, report);
  checkRenderings(item, compiled, report);
  return linksOf(references, known);
};

const hasStrategy = (raw: Json): boolean =>
  isJsonObject(raw) && isJsonObject(raw.fulfillment) && raw.fulfillment.strategy !== undefined;
