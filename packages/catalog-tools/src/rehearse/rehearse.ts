import {
  type Action,
  type ActionPlan,
  actionInWords,
  actionRuns,
  type CatalogDocument,
  type CatalogItem,
  compileAction,
  type ItemLookup,
  type Mode,
  type PlanError,
  type PlannedAction,
  planActions,
  type RenderFault,
  renderAction,
} from '@pao/documents';
import { err, type Json, type JsonObject, ok, type Result } from '@pao/kernel';
import { type Scope, traceSources } from '@pao/templates';
import { outputsOf, type StepOutputs } from './outputs.ts';
import { sampleSystem, systemWith } from './sample-system.ts';

export interface RehearsalOptions {
  /** The items of a bundle's components by id. */
  readonly items?: ItemLookup;
  readonly input: unknown;
  /** Which fulfillment of every item; its own when absent. */
  readonly mode?: Mode;
  /** Replaces members of {@link sampleSystem}. */
  readonly system?: JsonObject;
  /** What the world answers to an action, by step id. */
  readonly results?: { readonly [step: string]: Json };
}

/** One variable of an action's configuration, and the value it had. */
export interface TracedVariable {
  /** Place of the text in the configuration, a JSON Pointer. */
  readonly place: string;
  /** As it is written: `.current.basic.storageGb`. */
  readonly path: string;
  readonly namespace: string;
  /** Before any function; covered when secret, null when left empty. */
  readonly value: Json;
  /** Why it can't be read. */
  readonly error?: string;
}

/** Why a step can't be carried out. */
export type StepFault =
  | RenderFault
  | { readonly code: 'condition-error'; readonly message: string; readonly pointer: string; readonly offset: number };

export interface RehearsedStep {
  /** The action's id; in a bundle `<component>.<action id>`. */
  readonly id: string;
  readonly component: string | null;
  readonly item: string;
  readonly name: string;
  readonly type: string;
  readonly executor: string;
  /** What it does with this input, a sentence without its full stop; null when it can't be rendered or does not run. */
  readonly does: string | null;
  /** Ids of the steps it waits for. */
  readonly after: readonly string[];
  /** False when its `when` says so. */
  readonly runs: boolean;
  /** The configuration as the executor gets it, secrets covered; null when it can't be rendered or does not run. */
  readonly payload: JsonObject | null;
  readonly faults: readonly StepFault[];
  readonly variables: readonly TracedVariable[];
  readonly outputs: StepOutputs;
}

export interface Rehearsal {
  readonly name: string;
  /** The evaluated input: defaults filled in, inactive branches left out, secrets covered. */
  readonly input: JsonObject;
  readonly steps: readonly RehearsedStep[];
}

/** Works a document out for an input as a request would be, without anything leaving the process. */
export const rehearse = (document: CatalogDocument, options: RehearsalOptions): Result<Rehearsal, PlanError> => {
  const { mode, items = NO_ITEMS } = options;
  const main = mode === undefined ? document : inMode(document, mode);
  const lookup = mode === undefined ? items : { get: (id: string) => itemInMode(items.get(id), mode) };
  const planned = planActions(main, lookup, options.input);
  if (!planned.ok) return planned;
  const { actions } = planned.value;
  if (mode === 'automatic') {
    const without = actions.find(({ item }) => item.fulfillment.automatic === undefined);
    if (without) return err({ kind: 'document', message: `${without.item.metadata.id} has no automatic fulfillment` });
  }
  return ok({
    name: planned.value.name,
    input: covered(planned.value),
    steps: rehearseSteps(planned.value, document, options),
  });
};

const NO_ITEMS: ItemLookup = { get: () => undefined };

const inMode = (document: CatalogDocument, mode: Mode): CatalogDocument =>
  document.kind === 'CatalogItem' ? (itemInMode(document, mode) ?? document) : document;

const itemInMode = (item: CatalogItem | undefined, mode: Mode): CatalogItem | undefined =>
  item && { ...item, fulfillment: { ...item.fulfillment, strategy: { mode } } };

const COVER = '••••';

const covered = ({ input: { values, secretPaths } }: ActionPlan): JsonObject => {
  if (secretPaths.length === 0) return values;
  const secret = new Set(secretPaths);
  const cover = (value: Json, path: string): Json => {
    if (secret.has(path)) return COVER;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, member]) => [key, cover(member, path === '' ? key : `${path}.${key}`)]),
    );
  };
  return cover(values, '') as JsonObject;
};

const stepId = ({ component, action }: PlannedAction): string =>
  component === null ? action.id : `${component}.${action.id}`;

const rehearseSteps = (
  plan: ActionPlan,
  document: CatalogDocument,
  { system = {}, results = {} }: RehearsalOptions,
): readonly RehearsedStep[] => {
  const base = document.kind === 'CatalogBundle' ? { ...sampleSystem, bundleId: document.metadata.id } : sampleSystem;
  const shared = { metadata: plan.metadata, system: systemWith(system, base) };
  const steps: RehearsedStep[] = [];
  for (const planned of plan.actions) {
    const output = outputBefore(plan.actions, steps, planned);
    const scope: Scope = {
      ...shared,
      current: planned.input.values,
      declared: new Set(planned.input.declaredPaths),
      secrets: new Set(planned.input.secretPaths.map((path) => `current.${path}`)),
      output: { [plan.name]: output, ...output },
    };
    const after = planned.dependsOn.map((position) => steps[position - 1]?.id ?? '');
    steps.push(rehearseStep(planned, scope, { after, result: results[stepId(planned)] }));
  }
  return steps;
};

/** Outputs of every step it depends on, however far back; where two offer the same name, that of the later one. */
const outputBefore = (
  actions: readonly PlannedAction[],
  steps: readonly RehearsedStep[],
  planned: PlannedAction,
): JsonObject => {
  const positions = new Set<number>();
  const visit = (position: number): void => {
    if (positions.has(position)) return;
    positions.add(position);
    actions[position - 1]?.dependsOn.forEach(visit);
  };
  planned.dependsOn.forEach(visit);
  const values = steps.filter((_, index) => positions.has(index + 1)).map(({ outputs }) => outputs.values);
  return Object.assign({}, ...values) as JsonObject;
};

interface StepContext {
  readonly after: readonly string[];
  readonly result: Json | undefined;
}

const rehearseStep = (planned: PlannedAction, scope: Scope, { after, result }: StepContext): RehearsedStep => {
  const { action, component, item } = planned;
  const condition = actionRuns(action, scope);
  const runs = !condition.ok || condition.value;
  const rendered = condition.ok && runs ? renderAction(action, scope) : undefined;
  return {
    id: stepId(planned),
    component,
    item: item.metadata.id,
    name: action.name ?? action.id,
    type: action.type,
    executor: action.executor,
    does: rendered?.ok ? actionInWords({ ...action, config: rendered.value.masked }) : null,
    after,
    runs,
    payload: rendered?.ok ? rendered.value.masked : null,
    faults: [...(condition.ok ? [] : [CONDITION_ERROR]), ...(rendered && !rendered.ok ? rendered.error : [])],
    variables: variablesOf(action, scope),
    outputs: runs ? outputsOf(action, result) : { values: {}, from: 'sample', failed: [] },
  };
};

/** As the service has it, which sends nothing then. What the evaluation says is left out: it may quote a secret. */
const CONDITION_ERROR: StepFault = {
  code: 'condition-error',
  message: 'whether the action runs can’t be worked out: its condition works with a value it can’t take',
  pointer: '/when',
  offset: 0,
};

const variablesOf = (action: Action, scope: Scope): readonly TracedVariable[] => {
  const compiled = compileAction(action);
  if (!compiled.ok) return [];
  return compiled.value.templates.flatMap(({ pointer, template }) =>
    traceSources(template, scope).map(({ reference, path, value, error }) => ({
      place: pointer,
      path,
      namespace: reference.namespace,
      value,
      ...(error && { error: error.message }),
    })),
  );
};
