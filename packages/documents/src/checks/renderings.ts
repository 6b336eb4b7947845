import { type JsonObject } from '@pao/kernel';
import { type RenderedValue, renderConfig, type Scope } from '@pao/templates';
import type { CatalogItem } from '../document.ts';
import { type EvaluatedInput, evaluateInput } from '../form/evaluate.ts';
import { fromPointer, valueAt } from '../pointer.ts';
import { MAX_SUMMARY } from './configs.ts';
import type { Report } from './report.ts';
import { type CompiledSite, sentence } from './templates.ts';

/** Renders every action with every example, so that what would break at run time breaks here. */
export const checkRenderings = (item: CatalogItem, sites: readonly CompiledSite[], report: Report): void => {
  for (const example of item.examples ?? []) {
    const evaluated = evaluateInput(item, example.input);
    if (!evaluated.ok) continue;
    const scope = sampleScope(item, evaluated.value);
    for (const site of sites) checkRendering(site, scope, example.name, report);
  }
};

const checkRendering = (site: CompiledSite, scope: Scope, example: string, report: Report): void => {
  // What an action gives is known to nobody before it ran.
  if (site.compiled.references.some((reference) => reference.namespace === 'output')) return;
  const rendered = renderConfig(site.compiled, scope);
  if (rendered.ok) {
    checkSummary(site, rendered.value, example, report);
    return;
  }
  for (const error of rendered.error) {
    if (error.code === 'undeclared-path') continue;
    const path = [...site.path, 'config', ...fromPointer(error.pointer)];
    report('EXAMPLE_NOT_RENDERED', path, `With the example \`${example}\`: ${sentence(error.message)}`, {
      hint: error.hint,
    });
  }
};

const checkSummary = (site: CompiledSite, { value }: RenderedValue, example: string, report: Report): void => {
  if (site.action.type !== 'jira-ticket') return;
  const summary = valueAt(value, ['ticket', 'summaryTemplate']);
  if (typeof summary !== 'string' || summary.length <= MAX_SUMMARY) return;
  const message = `With the example \`${example}\` the summary has ${summary.length} characters; Jira takes ${MAX_SUMMARY}.`;
  report('JIRA_SUMMARY_TOO_LONG', [...site.path, 'config', 'ticket', 'summaryTemplate'], message, {
    hint: '`| truncate …` cuts it',
  });
};

const UUID = '01890a5d-ac96-774b-bcce-b302099a8057';

/** Values of the length that real ones have. */
const SYSTEM: JsonObject = {
  requestId: UUID,
  correlationId: UUID,
  bundleId: UUID,
  timestamp: '2026-01-01T12:00:00.000Z',
  date: '2026-01-01',
  time: '12:00:00',
  uuid: UUID,
  shortId: 'k3v9x2ma',
  environment: 'production',
  user: { id: 'alex.example', name: 'Alex Example', email: 'alex.example@example.com', teams: ['payments'] },
  platform: { account: '123456789012', region: 'eu-central-1', environment: 'production' },
  task: { id: UUID, attempt: 1 },
};

const sampleScope = (item: CatalogItem, { values, declaredPaths }: EvaluatedInput): Scope => ({
  current: values,
  output: {},
  metadata: { [item.metadata.id]: item.metadata as JsonObject },
  system: SYSTEM,
  declared: new Set(declaredPaths),
});
