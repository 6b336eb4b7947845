import { err, type JsonObject, ok, type Result } from '@pao/kernel';
import type { RequestEvent } from './decide.ts';
import { type LeftOut, tasksToEscalate, tasksToResume, unsettledTasks } from './escalation.ts';
import { judgeOutputs, type OutputProblem } from './handed-outputs.ts';
import type { NeededOutput } from './needed-outputs.ts';
import type { Request, Task } from './request.ts';
import { hasFailed, isUnderWay } from './status.ts';
import { waitsAtExecutor } from './waiting.ts';

/** What a person decides about a request that people take over, or give back. */
export type EscalationDecision =
  | {
      readonly kind: 'escalate';
      readonly at: Date;
      readonly reason: string | null;
      /** What nobody has to do, since its condition says no. */
      readonly left: readonly LeftOut[];
    }
  | { readonly kind: 'resume'; readonly at: Date; readonly reason: string | null }
  | {
      readonly kind: 'complete-task';
      readonly at: Date;
      readonly taskId: string;
      readonly outputs: JsonObject;
      readonly reason: string | null;
      /** What later tasks read of it. */
      readonly needed: readonly NeededOutput[];
    };

export type EscalationRefusal =
  | { readonly kind: 'unknown-task' }
  /** An executor is at these tasks, or is about to begin. */
  | { readonly kind: 'under-way'; readonly tasks: readonly Task[] }
  /** People still have to complete these. */
  | { readonly kind: 'unsettled'; readonly tasks: readonly Task[] }
  | { readonly kind: 'not-open'; readonly task: Task }
  | { readonly kind: 'outputs-refused'; readonly problems: readonly OutputProblem[] };

type Decided = Result<readonly RequestEvent[], EscalationRefusal>;

export const decideEscalation = (request: Request, decision: EscalationDecision): Decided => {
  switch (decision.kind) {
    case 'escalate':
      return escalate(request, decision);
    case 'resume':
      return resume(request, decision);
    case 'complete-task':
      return completeByHand(request, decision);
    default:
      return decision satisfies never;
  }
};

type Of<Kind> = Extract<EscalationDecision, { readonly kind: Kind }>;

/** People take over nothing that an executor may be at: it would be done twice. */
const escalate = (request: Request, { at, reason, left }: Of<'escalate'>): Decided => {
  const underWay = request.tasks.filter(({ status }) => isUnderWay(status));
  if (underWay.length > 0) return err({ kind: 'under-way', tasks: underWay });
  const isLeft = ({ position }: Task): boolean => left.some((one) => one.position === position);
  const waiting = tasksToEscalate(request).filter((task) => !isLeft(task));
  return ok([{ kind: 'request-escalate', at, reason, left, waiting: waiting.map(positionOf) }]);
};

const resume = (request: Request, { at, reason }: Of<'resume'>): Decided => {
  const tasks = unsettledTasks(request);
  if (tasks.length > 0) return err({ kind: 'unsettled', tasks });
  return ok([{ kind: 'request-resume', at, reason, again: tasksToResume(request).map(positionOf) }]);
};

const completeByHand = (request: Request, decision: Of<'complete-task'>): Decided => {
  const { at, taskId, outputs, reason: note, needed } = decision;
  const task = request.tasks.find(({ id }) => id === taskId);
  if (!task) return err({ kind: 'unknown-task' });
  if (!isOpenForPeople(task)) return err({ kind: 'not-open', task });
  const whole = withKnown(task, outputs);
  const problems = judgeOutputs(whole, needed);
  if (problems.length > 0) return err({ kind: 'outputs-refused', problems });
  return ok([{ kind: 'task-completed-by-hand', at, position: task.position, outputs: whole, note }]);
};

/** Whether a person may complete it: it failed, is stuck, or waits for people. */
export const isOpenForPeople = (task: Task): boolean =>
  hasFailed(task.status) || (task.status === 'waiting' && !waitsAtExecutor(task));

/** What people give for a task, beside what it has already: key and address of its ticket are not theirs to change. */
export const withKnown = (task: Task, outputs: JsonObject): JsonObject =>
  task.status === 'waiting' && Object.keys(task.outputs).length > 0 ? { ...outputs, ...task.outputs } : outputs;

const positionOf = ({ position }: Task): number => position;
