import { ok, type Result } from '@pao/kernel';
import { advance, type Digest, type Progress, type Recording } from './audit.ts';
import { type Dispatch, decide, isDue } from './decide.ts';
import { followUpsOf } from './follow-ups.ts';
import type { Plan, PlannedTask } from './plan.ts';
import { renderTask, type TaskConfig } from './render-task.ts';
import type { Failure, Request, Task } from './request.ts';
import type { Platform } from './scope.ts';
import { settleConditions } from './settle-conditions.ts';

/** A task with its configuration as the executor gets it. */
export interface DispatchedTask extends TaskConfig {
  readonly task: Task;
  readonly planned: PlannedTask;
}

/** A task whose turn has come, with those that its command carries, too. */
export interface DispatchedOrder extends DispatchedTask {
  readonly followUps: readonly DispatchedTask[];
}

export interface RenderOptions {
  readonly plan: Plan;
  readonly platform: Platform;
  readonly digest: Digest;
}

/** Renders a task of a request. The same each time it is asked for. */
export const renderDispatched = (
  request: Request,
  task: Task,
  { plan, ...options }: RenderOptions,
): Result<DispatchedTask, Failure> => {
  const planned = plannedOf(plan, task);
  const rendered = renderTask({ request, task, plan, planned, ...options });
  return rendered.ok ? ok({ task, planned, ...rendered.value }) : rendered;
};

/**
 * The same with its follow-ups, as far as they can be filled in already. A task that is queued has those it was queued with, one that is
 * due those that may follow it now.
 */
export const renderOrder = (request: Request, task: Task, options: RenderOptions): Result<DispatchedOrder, Failure> => {
  const first = renderDispatched(request, task, options);
  if (!first.ok) return first;
  const followUps: DispatchedTask[] = [];
  let size = 0;
  for (const following of followUpsOf(request, task, options.plan)) {
    const rendered = renderDispatched(request, following, options);
    if (!rendered.ok || waitsForCallback(rendered.value)) break;
    size += JSON.stringify(rendered.value.config).length;
    if (size > MAX_FOLLOW_UP_CHARACTERS) break;
    followUps.push(rendered.value);
  }
  return ok({ ...first.value, followUps });
};

/** A callback may come before anybody has heard that the task was begun. */
export const waitsForCallback = ({ config }: TaskConfig): boolean => config.waitForCallback === true;

/** The description of a task; plan and request are made of the same documents and input, so it is there. */
const plannedOf = (plan: Plan, task: Task): PlannedTask => {
  const planned = plan.tasks[task.position - 1];
  if (planned?.action.id !== task.actionId || planned.component !== task.component) {
    throw new Error(`task ${task.id} is not the task ${task.position} of its plan`);
  }
  return planned;
};

/** JSON text of the configurations that a command brings beside its own. */
const MAX_FOLLOW_UP_CHARACTERS = 65_536;

export interface DispatchOptions {
  readonly plan: Plan;
  readonly platform: Platform;
  readonly recording: Recording;
}

export interface DispatchResult {
  readonly progress: Progress;
  readonly dispatched: readonly DispatchedOrder[];
}

/**
 * Queues every task whose turn has come, after those whose condition says no were skipped. When the configuration of one of them
 * can't be rendered, that one fails and none is queued: nothing is sent for a request that is about to wait for a person.
 */
export const dispatchDue = (before: Progress, { recording, ...options }: DispatchOptions): DispatchResult => {
  const progress = settleConditions(before, { recording, ...options });
  const { request } = progress;
  const { at } = recording.cause;
  const queue: Dispatch[] = [];
  const refuse: Dispatch[] = [];
  const dispatched: DispatchedOrder[] = [];
  const due = request.tasks.filter((task) => isDue(request, task));
  for (const task of due) {
    const attempt = { taskId: task.id, generation: task.generation, at };
    const rendered = renderOrder(request, task, { ...options, digest: recording.digest });
    if (rendered.ok) {
      const { followUps } = rendered.value;
      queue.push({ kind: 'queue', ...attempt, followUps: followUps.map((followUp) => followUp.task.position) });
      dispatched.push(rendered.value);
    } else refuse.push({ kind: 'refuse', ...attempt, failure: rendered.error });
  }
  if (refuse.length > 0) return { progress: carryOut(progress, refuse, recording), dispatched: [] };
  return { progress: carryOut(progress, queue, recording), dispatched };
};

/** Fails what is due when nothing can be worked out for it, and queues nothing. */
export const refuseDue = (progress: Progress, failure: Failure, recording: Recording): DispatchResult => {
  const { request } = progress;
  const { at } = recording.cause;
  const due = request.tasks.filter((task) => isDue(request, task));
  const refuse = due.map(({ id, generation }): Dispatch => ({ kind: 'refuse', taskId: id, generation, at, failure }));
  return { progress: carryOut(progress, refuse, recording), dispatched: [] };
};

/** The second of two tasks that are refused meets a request that has failed already: it stays pending. */
const carryOut = (progress: Progress, commands: readonly Dispatch[], recording: Recording): Progress =>
  commands.reduce((soFar, command) => {
    const decided = decide(soFar.request, command);
    return decided.ok ? advance(soFar, decided.value, recording) : soFar;
  }, progress);
