import { renderAction } from '@pao/documents';
import type { JsonObject, NewId } from '@pao/kernel';
import type { Digest } from './audit.ts';
import { quoteCondition, runs } from './condition.ts';
import type { Plan, PlannedTask } from './plan.ts';
import type { Pool } from './pools.ts';
import type { Request, Task } from './request.ts';
import { type Platform, scopeOf } from './scope.ts';
import { plannedUndo } from './undo-action.ts';
import { undoOrder } from './undo-order.ts';
import { type Stays, stayingBecause } from './undo-stays.ts';

export interface RollbackOptions {
  readonly plan: Plan;
  readonly platform: Platform;
  readonly digest: Digest;
  readonly pools: readonly Pick<Pool, 'name' | 'actionTypes'>[];
  readonly newId: NewId;
}

/** A task with what would undo it. */
export interface Undoing {
  readonly task: Task;
  readonly undo: Task;
  readonly planned: PlannedTask;
  /** As people may see it; null when it can't be filled in. */
  readonly payload: JsonObject | null;
  /** Why it can't be, so that the undo would fail. */
  readonly problem: string | null;
}

/** A task whose effect would stay. */
export interface Staying extends Stays {
  readonly task: Task;
}

export interface Rollback {
  /** In the order they would run. */
  readonly undone: readonly Undoing[];
  readonly stays: readonly Staying[];
}

/** What a rollback of a request would do, by what is known of it now. */
export const rollbackOf = (request: Request, options: RollbackOptions): Rollback => {
  const undone: Undoing[] = [];
  const stays: Staying[] = [];
  for (const task of undoOrder(request)) {
    const planned = plannedUndo(options.plan, task.position);
    const why = stayingBecause(task, planned, options) ?? conditionOf(request, task, planned, options);
    if (why === 'nothing') continue;
    if (why) stays.push({ task, ...why });
    else undone.push(undoing(request, task, planned, { before: undone.at(-1)?.undo, ...options }));
  }
  return { undone, stays };
};

/** A pending task at the end of the request, after the one before it. */
const undoTask = (
  request: Request,
  task: Task,
  { action }: PlannedTask,
  { before, newId }: { readonly before?: Task | undefined; readonly newId: NewId },
): Task => ({
  ...task,
  id: newId(),
  position: (before?.position ?? request.tasks.length) + 1,
  actionId: action.id,
  type: action.type,
  name: action.name ?? `Undo: ${task.name}`,
  executor: action.executor,
  dependsOn: before ? [before.position] : [],
  status: 'pending',
  generation: 1,
  outputs: {},
  externalRef: null,
  followUpOf: null,
  rollbackOf: task.position,
  byHand: false,
  failure: null,
  stuck: null,
  ticket: null,
  waitingFor: null,
  calledBackAt: null,
  queuedAt: null,
  startedAt: null,
  finishedAt: null,
});

type UndoingOptions = RollbackOptions & { readonly before: Task | undefined };

const undoing = (request: Request, task: Task, planned: PlannedTask, options: UndoingOptions): Undoing => {
  const undo = undoTask(request, task, planned, options);
  const rendered = renderAction(planned.action, scopeFor(request, undo, planned, options));
  const [fault] = rendered.ok ? [] : rendered.error;
  return {
    task,
    undo,
    planned,
    payload: rendered.ok ? rendered.value.masked : null,
    problem: fault ? `at ${fault.pointer}: ${fault.message}` : null,
  };
};

const scopeFor = (request: Request, task: Task, planned: PlannedTask, options: RollbackOptions) => {
  const { plan, platform, digest } = options;
  return scopeOf({ request, task, planned, plan, platform, digest });
};

const conditionOf = (
  request: Request,
  task: Task,
  planned: PlannedTask,
  options: RollbackOptions,
): Stays | undefined => {
  const { action } = planned;
  if (action.when === undefined) return undefined;
  const scope = scopeFor(request, undoTask(request, task, planned, { newId: () => task.id }), planned, options);
  const verdict = runs(action, scope);
  // One that can't be worked out fails when its turn has come, where people see it.
  if (!verdict.ok || verdict.value) return undefined;
  return { why: 'condition', note: `The condition of its rollback says no: ${quoteCondition(action)}` };
};
