import { err, type Json, type JsonObject, ok, type Result } from '@pao/kernel';
import { actionsOf } from '../actions.ts';
import { componentInput } from '../bundle/component-input.ts';
import { type Component, expandBundle, type ItemLookup } from '../bundle/expand.ts';
import type { Action, CatalogBundle, CatalogDocument, CatalogItem } from '../document.ts';
import { type EvaluatedInput, evaluateInput } from '../form/evaluate.ts';
import type { FieldError } from '../form/issue.ts';

/** One action that runs for a request, as the documents describe it. */
export interface PlannedAction {
  /** The bundle component it belongs to; null when an item is requested by itself. */
  readonly component: string | null;
  /** The item it comes from. */
  readonly item: CatalogItem;
  readonly action: Action;
  /** Positions in the plan, from 1, of the actions it waits for. */
  readonly dependsOn: readonly number[];
  /** What `.current` holds. */
  readonly input: EvaluatedInput;
}

export interface ActionPlan {
  /** The user's own name for what is requested. */
  readonly name: string;
  /** The evaluated form of the document itself. */
  readonly input: EvaluatedInput;
  readonly actions: readonly PlannedAction[];
  /** What `.metadata` holds: the constants of every document involved, by its id. */
  readonly metadata: JsonObject;
}

/** `input`: the user can mend it. `document`: only its team can. */
export type PlanError =
  | { readonly kind: 'input'; readonly fields: readonly FieldError[] }
  | { readonly kind: 'document'; readonly message: string };

/**
 * Judges the input and works out every action that runs, in order. The same documents and input always give the same plan.
 * @param items the items of a bundle's components by id.
 */
export const planActions = (
  document: CatalogDocument,
  items: ItemLookup,
  input: unknown,
): Result<ActionPlan, PlanError> => {
  const evaluated = evaluateInput(document, input);
  if (!evaluated.ok) return err({ kind: 'input', fields: evaluated.error });
  const planned =
    document.kind === 'CatalogItem'
      ? ok({ actions: planItem(document, evaluated.value), documents: [document] })
      : planBundle(document, items, evaluated.value);
  if (!planned.ok) return planned;
  const { actions, documents } = planned.value;
  if (actions.length === 0) return err({ kind: 'document', message: 'it has nothing to carry out' });
  return ok({
    name: nameIn(evaluated.value.values),
    input: evaluated.value,
    actions,
    metadata: Object.fromEntries(documents.map((one) => [one.metadata.id, constantsOf(one)])),
  });
};

/** Every form has the field, and it is a text. */
const nameIn = ({ name }: JsonObject): string => (typeof name === 'string' ? name : '');

interface Planned {
  readonly actions: readonly PlannedAction[];
  /** Every document that takes part. */
  readonly documents: readonly CatalogDocument[];
}

const planItem = (item: CatalogItem, input: EvaluatedInput): readonly PlannedAction[] =>
  chain(actionsOf(item), { component: null, item, input, after: [], from: 1 });

interface Link {
  readonly component: string | null;
  readonly item: CatalogItem;
  readonly input: EvaluatedInput;
  /** Positions the first action waits for. */
  readonly after: readonly number[];
  /** Position of the first action. */
  readonly from: number;
}

/** The actions of one item, each after the one before. */
const chain = (actions: readonly Action[], { after, from, ...shared }: Link): readonly PlannedAction[] =>
  actions.map((action, index) => ({ ...shared, action, dependsOn: index === 0 ? after : [from + index - 1] }));

const planBundle = (bundle: CatalogBundle, items: ItemLookup, input: EvaluatedInput): Result<Planned, PlanError> => {
  const expanded = expandBundle(bundle, items);
  if (!expanded.ok) return err({ kind: 'document', message: expanded.error.map(({ message }) => message).join(' ') });
  const actions: PlannedAction[] = [];
  const lastOf = new Map<string, readonly number[]>();
  for (const component of expanded.value) {
    const { id, item } = component;
    const own = componentInput(component, input);
    if (!own.ok) return err({ kind: 'input', fields: own.error.map((field) => ofComponent(field, component)) });
    const after = [...new Set(component.dependsOn.flatMap((other) => lastOf.get(other) ?? []))];
    const from = actions.length + 1;
    actions.push(...chain(component.actions, { component: id, item, input: own.value, after, from }));
    // A component without actions passes on what it waits for.
    lastOf.set(id, component.actions.length > 0 ? [actions.length] : after);
  }
  return ok({ actions, documents: [bundle, ...new Set(expanded.value.map(({ item }) => item))] });
};

const ofComponent = (field: FieldError, component: Component): FieldError => ({
  ...field,
  issue: `${field.issue} (needed by component ${component.id}, ${component.item.metadata.id})`,
});

const OWN_KEYS = new Set(['id', 'name', 'description', 'version', 'category', 'owner', 'tags']);

const constants = new WeakMap<CatalogDocument, JsonObject>();

/** The constants of a document: what `.metadata` holds under its id. */
const constantsOf = (document: CatalogDocument): JsonObject => {
  const known = constants.get(document);
  if (known) return known;
  const entries = Object.entries(document.metadata).filter(([key]) => !OWN_KEYS.has(key));
  const custom = Object.fromEntries(entries) as { [key: string]: Json };
  constants.set(document, custom);
  return custom;
};
