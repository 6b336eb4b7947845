import { isJsonObject } from '@pao/kernel';
import { outputNames } from '../actions.ts';
import { componentInput } from '../bundle/component-input.ts';
import { type Component, expandBundle } from '../bundle/expand.ts';
import { mappedPath } from '../bundle/mapping.ts';
import type { CatalogBundle, CatalogItem } from '../document.ts';
import { formOf } from '../form/definition.ts';
import { evaluateInput } from '../form/evaluate.ts';
import { checkValue } from '../form/rules.ts';
import { didYouMean } from '../near.ts';
import { type Link, offers } from './references.ts';
import type { Report } from './report.ts';

/** What a bundle needs to know of the catalog. */
export interface Surroundings {
  /** Items that are right. */
  readonly items: ReadonlyMap<string, CatalogItem>;
  /** Ids of all documents, also of those with errors, with their kind. */
  readonly kinds: ReadonlyMap<string, string>;
  linksOf(itemId: string): readonly Link[];
}

/** A bundle together with the items that it names. */
export const checkBundle = (bundle: CatalogBundle, around: Surroundings, report: Report): void => {
  for (const [index, { catalogItem }] of bundle.components.entries()) {
    const item = around.items.get(catalogItem);
    if (item === undefined) reportMissing(catalogItem, index, around, report);
    else checkComponent(bundle, index, item, report);
  }
  const expanded = expandBundle(bundle, around.items);
  if (!expanded.ok) return;
  checkExamples(bundle, expanded.value, report);
  const indexes = new Map(bundle.components.map((component, index) => [component.id, index]));
  for (const component of expanded.value) {
    checkLinks(component, expanded.value, around, (code, message, hint) =>
      report(code, ['components', indexes.get(component.id) ?? 0, 'catalogItem'], message, { hint }),
    );
  }
};

const reportMissing = (id: string, index: number, { items, kinds }: Surroundings, report: Report): void => {
  const path = ['components', index, 'catalogItem'];
  const kind = kinds.get(id);
  if (kind === 'CatalogItem') {
    report('COMPONENT_ITEM_INVALID', path, `The item \`${id}\` has errors itself.`);
  } else {
    const message = kind === undefined ? `There is no item \`${id}\`.` : `\`${id}\` is a bundle; components are items.`;
    report('COMPONENT_ITEM_UNKNOWN', path, message, { hint: didYouMean(id, items.keys()) });
  }
};

const checkComponent = (bundle: CatalogBundle, index: number, item: CatalogItem, report: Report): void => {
  const path = ['components', index];
  const { deprecation, metadata } = item;
  if (deprecation !== undefined) {
    const hint = deprecation.replacedBy === undefined ? deprecation.message : `use \`${deprecation.replacedBy}\``;
    report('COMPONENT_ITEM_DEPRECATED', [...path, 'catalogItem'], `\`${metadata.id}\` is deprecated.`, { hint });
  }
  checkSupplied(bundle, index, item, report);
  checkAsked(bundle, index, item, report);
  checkPasswords(bundle, index, item, report);
};

/** What is a password to an item must be one to the bundle: only those are sealed and covered. */
const checkPasswords = (bundle: CatalogBundle, index: number, item: CatalogItem, report: Report): void => {
  const asked = formOf(bundle).byPath;
  const supplied = suppliedFields(bundle, index);
  for (const { path, type } of formOf(item).fields) {
    if (type !== 'password') continue;
    const given = supplied.get(path);
    const from = given === undefined ? path : typeof given === 'string' ? mappedPath(given) : undefined;
    const field = from === undefined ? undefined : asked.get(from);
    if (field?.type === 'password' || (given === undefined && field === undefined)) continue;
    const at =
      given === undefined ? ['components', index, 'catalogItem'] : ['components', index, 'input', ...path.split('.')];
    report('COMPONENT_PASSWORD_EXPOSED', at, `\`${path}\` of \`${item.metadata.id}\` is a password.`, {
      hint: 'ask it in a field of type password, and give that field as it is',
    });
  }
};

/** The fields that a component's input gives, by path. */
const suppliedFields = (bundle: CatalogBundle, index: number): ReadonlyMap<string, unknown> => {
  const input = bundle.components[index]?.input ?? {};
  return new Map(
    Object.entries(input).flatMap(([key, value]) =>
      isJsonObject(value) && key !== 'name'
        ? Object.entries(value).map(([id, entry]) => [`${key}.${id}`, entry] as const)
        : [[key, value] as const],
    ),
  );
};

const checkSupplied = (bundle: CatalogBundle, index: number, item: CatalogItem, report: Report): void => {
  const { byPath } = formOf(item);
  for (const [name, value] of suppliedFields(bundle, index)) {
    const path = ['components', index, 'input', ...name.split('.')];
    const field = byPath.get(name);
    if (field === undefined) {
      const hint = didYouMean(name, byPath.keys());
      report('COMPONENT_INPUT_UNKNOWN', path, `\`${item.metadata.id}\` has no field \`${name}\`.`, { key: true, hint });
    } else if (!JSON.stringify(value).includes('{{')) {
      const issue = checkValue(value, field);
      if (issue !== undefined) report('COMPONENT_INPUT_INVALID', path, `\`${name}\` ${issue[1]}.`);
    }
  }
};

const checkAsked = (bundle: CatalogBundle, index: number, item: CatalogItem, report: Report): void => {
  const asked = formOf(bundle).byPath;
  const supplied = suppliedFields(bundle, index);
  for (const field of formOf(item).fields) {
    if (!field.required || field.field.default !== undefined || field.condition !== undefined) continue;
    if (supplied.has(field.path)) continue;
    const question = asked.get(field.path);
    const at = ['components', index, 'catalogItem'];
    const needs = `\`${item.metadata.id}\` needs \`${field.path}\``;
    if (question === undefined) {
      report('COMPONENT_FIELD_NOT_ASKED', at, `${needs}, which the bundle neither asks nor supplies.`, {
        hint: 'ask it in the form, or supply it in the component’s input',
      });
    } else if (question.condition !== undefined || (!question.required && question.field.default === undefined)) {
      report('COMPONENT_FIELD_NOT_ASKED', at, `${needs}, which the bundle lets people leave empty.`, {
        severity: 'warning',
      });
    }
  }
};

/** Examples of the bundle must be accepted by every component's own form. */
const checkExamples = (bundle: CatalogBundle, components: readonly Component[], report: Report): void => {
  for (const [index, example] of (bundle.examples ?? []).entries()) {
    const evaluated = evaluateInput(bundle, example.input);
    if (!evaluated.ok) continue;
    for (const component of components) {
      const own = componentInput(component, evaluated.value);
      for (const { field, issue } of own.ok ? [] : own.error) {
        report(
          'EXAMPLE_INVALID',
          ['examples', index, 'input'],
          `Component \`${component.id}\`: \`${field}\` ${issue}.`,
        );
      }
    }
  }
};

type LinkReport = (code: 'BUNDLE_OUTPUT_UNKNOWN' | 'BUNDLE_METADATA_UNKNOWN', message: string, hint?: string) => void;

const checkLinks = (
  component: Component,
  all: readonly Component[],
  around: Surroundings,
  report: LinkReport,
): void => {
  const { item } = component;
  const before = componentsBefore(component, all);
  const actions = before.flatMap((earlier) => earlier.actions);
  for (const { namespace, phase, names, actionId } of around.linksOf(item.metadata.id)) {
    const [first = '', second] = names;
    if (phase !== item.fulfillment.strategy.mode) continue;
    if (namespace === 'metadata') {
      if (all.some((other) => other.item.metadata.id === first)) continue;
      report(
        'BUNDLE_METADATA_UNKNOWN',
        `\`${actionId}\` reads constants of \`${first}\`, which is not part of this bundle.`,
      );
    } else if (!actions.some((action) => offers(action, first, second))) {
      const near = didYouMean(
        first,
        actions.flatMap((action) => outputNames(action).names),
      );
      report(
        'BUNDLE_OUTPUT_UNKNOWN',
        `\`${actionId}\` reads \`.output.${names.join('.')}\`, which nothing before it offers.`,
        near,
      );
    }
  }
};

/** Components that are completed when this one starts, whatever the pace of the others. */
const componentsBefore = (component: Component, all: readonly Component[]): readonly Component[] => {
  const before = new Set<Component>();
  const visit = (id: string): void => {
    const found = all.find((other) => other.id === id);
    if (found === undefined || before.has(found)) return;
    before.add(found);
    found.dependsOn.forEach(visit);
  };
  component.dependsOn.forEach(visit);
  return [...before];
};
