import {
  type CatalogDocument,
  type EvaluatedInput,
  type PlanError,
  type PlannedAction,
  planActions,
} from '@pao/documents';
import { type JsonObject, ok, type Result } from '@pao/kernel';
import type { CatalogReference } from './request.ts';
import { valueAt } from './sealed-input.ts';

export type { PlanError } from '@pao/documents';

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
export interface PlannedTask extends Omit<PlannedAction, 'item'> {
  /** The item it comes from. */
  readonly catalog: CatalogReference;
  /** Set for what undoes another task. */
  readonly undoes?: Undoes;
}

/** `by-rollback`: by an action of its own, as the document says; `by-itself`: by the type of the action that is undone. */
export type Undoes = 'by-rollback' | 'by-itself';

export interface Plan {
  readonly kind: 'item' | 'bundle';
  readonly main: CatalogReference;
  readonly name: string;
  /** The evaluated form of the document itself. */
  readonly input: JsonObject;
  /** The fields of `input` that hold secrets, of this form or of a component's. */
  readonly secretPaths: readonly string[];
  readonly tasks: readonly PlannedTask[];
  /** What `.metadata` holds: the constants of every document involved, by its id. */
  readonly metadata: JsonObject;
}

/** Judges the input and works out every task. The same selection and input always give the same plan. */
export const planRequest = ({ main, items }: Selection, input: unknown): Result<Plan, PlanError> => {
  const lookup = {
    get: (id: string) => {
      const document = items.get(id)?.document;
      return document?.kind === 'CatalogItem' ? document : undefined;
    },
  };
  const planned = planActions(main.document, lookup, input);
  if (!planned.ok) return planned;
  const { name, input: evaluated, actions, metadata } = planned.value;
  const referenceOf = (id: string): CatalogReference => (items.get(id) ?? main).reference;
  return ok({
    kind: main.document.kind === 'CatalogItem' ? 'item' : 'bundle',
    main: main.reference,
    name,
    input: evaluated.values,
    secretPaths: secretPathsOf(evaluated, actions),
    tasks: actions.map(({ item, ...task }) => ({ ...task, catalog: referenceOf(item.metadata.id) })),
    metadata,
  });
};

/** A component may ask as a password what the bundle's own form asks as a text: both stand at one path, and it is a secret. */
const secretPathsOf = (
  { values, secretPaths }: EvaluatedInput,
  actions: readonly Pick<PlannedAction, 'input'>[],
): readonly string[] => {
  const paths = new Set([...secretPaths, ...actions.flatMap(({ input }) => input.secretPaths)]);
  // The name is never a secret, whatever a component makes of its own.
  return [...paths].filter((path) => path.includes('.') && typeof valueAt(values, path) === 'string');
};
