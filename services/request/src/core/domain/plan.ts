import {
  type Action,
  actionsOf,
  type CatalogBundle,
  type CatalogDocument,
  type CatalogItem,
  type Component,
  componentInput,
  type EvaluatedInput,
  evaluateInput,
  expandBundle,
  type FieldError,
} from '@pao/documents';
import { err, type Json, type JsonObject, ok, type Result } from '@pao/kernel';
import type { CatalogReference } from './request.ts';

/** A document in the one form that a request was made of. */
export interface PinnedDocument {
  readonly reference: CatalogReference;
  readonly document: CatalogDocument;
}

/** What a request consists of: its document and, for a bundle, the items of its components by id. */
export interface Selection {
  readonly main: PinnedDocument;
  readonly items: ReadonlyMap<string, PinnedDocument>;
}

/** One task as the document describes it. */
export interface PlannedTask {
  readonly component: string | null;
  readonly catalog: CatalogReference;
  readonly action: Action;
  /** Positions, from 1. */
  readonly dependsOn: readonly number[];
  /** What `.current` holds. */
  readonly input: EvaluatedInput;
}

export interface Plan {
  readonly kind: 'item' | 'bundle';
  readonly main: CatalogReference;
  readonly name: string;
  /** The evaluated form of the document itself. */
  readonly input: JsonObject;
  readonly tasks: readonly PlannedTask[];
  /** What `.metadata` holds: the constants of every document involved, by its id. */
  readonly metadata: JsonObject;
}

/** `input`: the user can mend it. `document`: only its team can. */
export type PlanError =
  | { readonly kind: 'input'; readonly fields: readonly FieldError[] }
  | { readonly kind: 'document'; readonly message: string };

/** Judges the input and works out every task. The same selection and input always give the same plan. */
export const planRequest = (selection: Selection, input: unknown): Result<Plan, PlanError> => {
  const { main } = selection;
  const evaluated = evaluateInput(main.document, input);
  if (!evaluated.ok) return err({ kind: 'input', fields: evaluated.error });
  const isItem = main.document.kind === 'CatalogItem';
  const tasks = isItem
    ? ok(
        chain(actionsOf(main.document), {
          component: null,
          catalog: main.reference,
          input: evaluated.value,
          after: [],
          from: 1,
        }),
      )
    : planBundle(main.document, selection.items, evaluated.value);
  if (!tasks.ok) return tasks;
  if (tasks.value.length === 0) return err({ kind: 'document', message: 'it has nothing to carry out' });
  return ok({
    kind: isItem ? 'item' : 'bundle',
    main: main.reference,
    name: nameIn(evaluated.value.values),
    input: evaluated.value.values,
    tasks: tasks.value,
    metadata: constantsOf([main, ...selection.items.values()]),
  });
};

/** Every form has the field, and it is a text. */
const nameIn = ({ name }: JsonObject): string => (typeof name === 'string' ? name : '');

interface Link {
  readonly component: string | null;
  readonly catalog: CatalogReference;
  readonly input: EvaluatedInput;
  /** Positions the first action waits for. */
  readonly after: readonly number[];
  /** Position of the first action. */
  readonly from: number;
}

/** The actions of one item, each after the one before. */
const chain = (actions: readonly Action[], { after, from, ...shared }: Link): readonly PlannedTask[] =>
  actions.map((action, index) => ({ ...shared, action, dependsOn: index === 0 ? after : [from + index - 1] }));

const planBundle = (
  bundle: CatalogBundle,
  items: ReadonlyMap<string, PinnedDocument>,
  input: EvaluatedInput,
): Result<readonly PlannedTask[], PlanError> => {
  const expanded = expandBundle(bundle, { get: (id) => itemOf(items.get(id)) });
  if (!expanded.ok) return err({ kind: 'document', message: expanded.error.map(({ message }) => message).join(' ') });
  const tasks: PlannedTask[] = [];
  const lastOf = new Map<string, readonly number[]>();
  for (const component of expanded.value) {
    const own = componentInput(component, input);
    if (!own.ok) return err({ kind: 'input', fields: own.error.map((field) => ofComponent(field, component)) });
    const after = [...new Set(component.dependsOn.flatMap((id) => lastOf.get(id) ?? []))];
    const catalog = items.get(component.item.metadata.id)?.reference;
    if (!catalog) throw new Error(`the item of component ${component.id} has no reference`);
    const from = tasks.length + 1;
    tasks.push(...chain(component.actions, { component: component.id, catalog, input: own.value, after, from }));
    // A component without actions passes on what it waits for.
    lastOf.set(component.id, component.actions.length > 0 ? [tasks.length] : after);
  }
  return ok(tasks);
};

const itemOf = (pinned: PinnedDocument | undefined): CatalogItem | undefined =>
  pinned?.document.kind === 'CatalogItem' ? pinned.document : undefined;

const ofComponent = (field: FieldError, component: Component): FieldError => ({
  ...field,
  issue: `${field.issue} (needed by component ${component.id}, ${component.item.metadata.id})`,
});

const OWN_KEYS = new Set(['id', 'name', 'description', 'version', 'category', 'owner', 'tags']);

const constants = new WeakMap<CatalogDocument, JsonObject>();

const constantsOf = (documents: readonly PinnedDocument[]): JsonObject =>
  Object.fromEntries(documents.map(({ document }) => [document.metadata.id, customMetadata(document)]));

const customMetadata = (document: CatalogDocument): JsonObject => {
  const known = constants.get(document);
  if (known) return known;
  const entries = Object.entries(document.metadata).filter(([key]) => !OWN_KEYS.has(key));
  const custom = Object.fromEntries(entries) as { [key: string]: Json };
  constants.set(document, custom);
  return custom;
};
