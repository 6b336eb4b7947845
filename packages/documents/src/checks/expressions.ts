import { SYSTEM_PATHS } from '@pao/templates';
import { outputNames } from '../actions.ts';
import { parseCost } from '../cost.ts';
import type { CatalogItem } from '../document.ts';
import { compileExpression } from '../expressions.ts';
import { type FormDefinition, formOf } from '../form/definition.ts';
import { didYouMean } from '../near.ts';
import type { Path } from '../pointer.ts';
import type { Report } from './report.ts';
import type { ActionSite } from './sites.ts';
import { sentence } from './templates.ts';

const NAMESPACES = ['current', 'output', 'metadata', 'system'];

/** Expressions over an action's result, or an observed resource: only their syntax can be checked. */
export const checkSyntax = (text: string, path: Path, report: Report): readonly (readonly string[])[] => {
  const compiled = compileExpression(text);
  if (compiled.ok) return compiled.value.paths;
  const legacy = /`[A-Za-z][^`]*`/.test(text) ? "a text is written 'text'" : undefined;
  report('EXPRESSION_INVALID', path, `\`${text}\` is not JMESPath: ${sentence(compiled.error.message)}`, {
    hint: legacy,
  });
  return [];
};

/** Conditions read the namespaces. */
const checkCondition = (text: string, path: Path, form: FormDefinition, report: Report): void =>
  checkPaths(checkSyntax(text, path, report), path, form, report);

export const checkPaths = (
  paths: readonly (readonly string[])[],
  at: Path,
  form: FormDefinition,
  report: Report,
): void => {
  for (const path of paths) {
    const [namespace = '', ...rest] = path;
    const problem = NAMESPACES.includes(namespace)
      ? unknownIn(namespace, rest.join('.'), form)
      : {
          message: `\`${namespace}\` is not a namespace.`,
          hint: didYouMean(namespace, NAMESPACES) ?? NAMESPACES.join(', '),
        };
    if (problem === undefined) continue;
    report('EXPRESSION_PATH_UNKNOWN', at, problem.message, { within: path.join('.'), hint: problem.hint });
  }
};

const unknownIn = (namespace: string, dotted: string, form: FormDefinition) => {
  if (dotted === '' || (namespace !== 'current' && namespace !== 'system')) return undefined;
  const known = namespace === 'current' ? [...form.byPath.keys()] : SYSTEM_PATHS;
  if (known.some((name) => name === dotted || name.startsWith(`${dotted}.`) || dotted.startsWith(`${name}.`)))
    return undefined;
  const hint = didYouMean(dotted, known);
  return { message: `There is no \`${namespace}.${dotted}\`.`, hint };
};

/** All expressions of an item. */
export const checkExpressions = (item: CatalogItem, sites: readonly ActionSite[], report: Report): void => {
  const form = formOf(item);
  for (const { action, config, path } of sites) {
    if (action.when !== undefined) checkCondition(action.when, [...path, 'when'], form, report);
    for (const [name, text] of Object.entries(action.outputs ?? {}))
      checkSyntax(text, [...path, 'outputs', name], report);
    const { poll } = config as { readonly poll?: { readonly until?: string; readonly failWhen?: string } };
    for (const member of ['until', 'failWhen'] as const) {
      const text = poll?.[member];
      if (typeof text === 'string') checkSyntax(text, [...path, 'config', 'poll', member], report);
    }
  }
  checkCost(item, form, report);
  checkLifecycle(item, form, report);
};

const checkCost = ({ cost }: CatalogItem, form: FormDefinition, report: Report): void => {
  if (cost === undefined) return;
  const path = ['cost', 'monthly'];
  const parsed = parseCost(cost.monthly);
  if (!parsed.ok) {
    report('COST_INVALID', path, `The monthly cost cannot be worked out: ${sentence(parsed.error.message)}`);
    return;
  }
  for (const reference of parsed.value.paths) {
    const field = reference[0] === 'current' ? form.byPath.get(reference.slice(1).join('.')) : undefined;
    const numeric =
      field?.type === 'number' || field?.options?.every((option) => typeof option.value === 'number') === true;
    if (numeric) continue;
    const dotted = reference.join('.');
    const known = form.fields.filter(({ type }) => type === 'number').map((candidate) => `current.${candidate.path}`);
    report('COST_INVALID', path, `\`${dotted}\` is not a number field of the form.`, {
      within: dotted,
      hint: didYouMean(dotted, known),
    });
  }
};

const checkLifecycle = ({ lifecycle, fulfillment }: CatalogItem, form: FormDefinition, report: Report): void => {
  const { resource, observe } = lifecycle ?? {};
  if (resource?.idFrom !== undefined) {
    const at = ['lifecycle', 'resource', 'idFrom'];
    const paths = checkSyntax(resource.idFrom, at, report);
    checkPaths(paths, at, form, report);
    const actions = [...fulfillment.manual.actions, ...(fulfillment.automatic?.actions ?? [])].map(outputNames);
    const names = actions.flatMap((offer) => offer.names);
    for (const [namespace, name] of paths) {
      if (namespace !== 'output' || name === undefined || names.includes(name) || actions.some((offer) => offer.open))
        continue;
      report('EXPRESSION_PATH_UNKNOWN', at, `No action offers the output \`${name}\`.`, {
        hint: didYouMean(name, names),
      });
    }
  }
  for (const [name, text] of Object.entries(observe?.map ?? {})) {
    const at = ['lifecycle', 'observe', 'map', name];
    checkSyntax(text, at, report);
    const matching = form.fields.filter((field) => field.id === name || field.path === name);
    if (matching.length === 1) continue;
    report('OBSERVED_FIELD_UNKNOWN', at, `\`${name}\` is not one field of the form.`, {
      key: true,
      hint: didYouMean(
        name,
        form.fields.flatMap((field) => [field.id, field.path]),
      ),
    });
  }
};
