import { isJsonObject, type JsonObject } from '@pao/kernel';
import type { Scope } from '@pao/templates';
import type { Digest } from './audit.ts';
import { type Awaiting, awaitingOf } from './awaited-outputs.ts';
import { quoteCondition, readsOutputs, runs } from './condition.ts';
import { type LeftOut, tasksToEscalate } from './escalation.ts';
import { giversOf } from './needed-outputs.ts';
import type { Plan, PlannedTask } from './plan.ts';
import { payloadOf } from './plan-view.ts';
import { type Request, type Task, taskAt } from './request.ts';
import { type Platform, scopeOf } from './scope.ts';

export interface EscalationViewOptions {
  readonly plan: Plan;
  readonly platform: Platform;
  readonly digest: Digest;
}

/** What people are told of the configuration of a task that they do instead of the automation. */
export interface Setup {
  /** With secrets covered, and names in place of outputs that are not there yet; null when it can't be told. */
  readonly setup: JsonObject | null;
  /** Why it can't be told, and on which condition it is done at all. */
  readonly reason: string | null;
}

/** The tasks that nobody has to do: they wait for their turn, and their condition says no whatever the others will give. */
export const tasksLeftOut = (request: Request, options: EscalationViewOptions): readonly LeftOut[] => {
  let current = request;
  const left: LeftOut[] = [];
  for (const { position } of tasksToEscalate(request)) {
    const task = taskAt(current, position);
    const planned = options.plan.tasks[position - 1];
    if (task.status !== 'pending' || !planned || conditionSays(current, task, planned, options) !== 'no') continue;
    left.push({ position, reason: `its condition says no: ${quoteCondition(planned.action)}` });
    // What waits for it may be left out by that.
    current = withoutTask(current, task);
  }
  return left;
};

const withoutTask = (request: Request, task: Task): Request => ({
  ...request,
  tasks: request.tasks.with(task.position - 1, { ...task, status: 'skipped' }),
});

/** The configuration of a task that waits for people, by what is known of the request now. */
export const setupOf = (request: Request, position: number, options: EscalationViewOptions): Setup => {
  const planned = options.plan.tasks[position - 1];
  if (!planned) throw new RangeError(`the plan has no task ${position}`);
  const task = taskAt(request, position);
  const { scope, awaiting } = outlookOf(request, task, planned, options);
  const payload = payloadOf(planned.action, scope, awaiting);
  // A task that was tried has its condition behind it.
  const says = task.failure === null ? conditionSays(request, task, planned, options) : 'yes';
  const reasons = [says === 'yes' ? '' : openCondition(planned, says), payload.ok ? '' : payload.error];
  const reason = reasons.filter((text) => text !== '').join(' ');
  return { setup: payload.ok ? payload.value : null, reason: reason === '' ? null : reason };
};

type Says = 'yes' | 'no' | 'later' | 'fails';

const openCondition = ({ action }: PlannedTask, says: Says): string =>
  says === 'later'
    ? `To be done only if this condition says yes, once the outputs it reads are there: ${quoteCondition(action)}`
    : `Whether it is to be done could not be worked out, its condition is: ${quoteCondition(action)}`;

const conditionSays = (
  request: Request,
  task: Task,
  planned: PlannedTask,
  { plan, platform, digest }: EscalationViewOptions,
): Says => {
  const { action } = planned;
  if (action.when === undefined) return 'yes';
  const isOpen = giversOf(plan, request, task.position).some((giver) => taskAt(request, giver).status !== 'completed');
  if (isOpen && readsOutputs(action)) return 'later';
  const verdict = runs(action, scopeOf({ request, task, plan, planned, platform, digest }));
  if (!verdict.ok) return 'fails';
  return verdict.value ? 'yes' : 'no';
};

interface Outlook {
  readonly scope: Scope;
  readonly awaiting: Awaiting;
}

/** What the templates of a task read: what is there, and a name for each output that is not yet. */
export const outlookOf = (
  request: Request,
  task: Task,
  planned: PlannedTask,
  { plan, platform, digest }: EscalationViewOptions,
): Outlook => {
  const givers = giversOf(plan, request, task.position);
  const known = givers.filter((giver) => taskAt(request, giver).status === 'completed');
  const awaiting = awaitingOf(plan, planned, givers, known);
  const scope = scopeOf({ request, task, plan, planned, platform, digest });
  return { awaiting, scope: { ...scope, output: merged(scope.output, awaiting.output) } };
};

/** The second wins where both say something. */
const merged = (first: JsonObject, second: JsonObject): JsonObject => {
  const result = new Map(Object.entries(first));
  for (const [key, value] of Object.entries(second)) {
    const present = result.get(key);
    result.set(
      key,
      present !== undefined && isJsonObject(present) && isJsonObject(value) ? merged(present, value) : value,
    );
  }
  return Object.fromEntries(result);
};
