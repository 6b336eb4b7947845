import { err, ok, type Result } from '@pao/kernel';
import { isOpenForPeople } from '../domain/decide-escalation.ts';
import { possibleDecisions, type RequestDecision } from '../domain/decisions.ts';
import { tasksLeftOut } from '../domain/escalation-view.ts';
import { type NeededOutput, neededOutputs } from '../domain/needed-outputs.ts';
import type { Request } from '../domain/request.ts';
import type { Dependencies } from './dependencies.ts';
import type { EscalationSource } from './escalating-message.ts';
import { planPinned } from './plan-pinned.ts';
import { type PlanUnavailable, planRollback } from './plan-rollback.ts';
import { selectPinned } from './select-documents.ts';

/** What a person says; when it was, and what the documents have to do with it, is for the use case to say. */
export type Wish<Decision = RequestDecision> = Decision extends RequestDecision
  ? Omit<Decision, 'at' | 'left' | 'needed' | 'undos'>
  : never;

export interface PreparedDecision {
  readonly decision: RequestDecision;
  /** Of an escalation. */
  readonly source?: EscalationSource;
}

/** Adds what the documents of the request say to a wish, where it matters. */
export const prepareDecision = async (
  request: Request,
  wish: Wish,
  at: Date,
  dependencies: Dependencies,
): Promise<Result<PreparedDecision, PlanUnavailable>> => {
  switch (wish.kind) {
    case 'escalate': {
      if (request.status !== 'failed') return ok({ decision: { ...wish, at, left: [] } });
      const source = await escalationSourceOf(request, dependencies);
      const { plan, ...options } = source;
      const left = plan.ok ? tasksLeftOut(request, { ...options, plan: plan.value }) : [];
      return ok({ decision: { ...wish, at, left }, source });
    }
    case 'complete-task': {
      const needed = await neededOf(request, wish.taskId, dependencies);
      return needed.ok ? ok({ decision: { ...wish, at, needed: needed.value } }) : needed;
    }
    case 'rollback': {
      if (!possibleDecisions(request).includes('rollback')) return ok({ decision: { ...wish, at, undos: [] } });
      const rollback = await planRollback(request, dependencies);
      if (!rollback.ok) return rollback;
      return ok({ decision: { ...wish, at, undos: rollback.value.undone.map(({ undo }) => undo) } });
    }
    case 'resume':
    case 'retry':
    case 'abort':
      return ok({ decision: { ...wish, at } });
    default:
      return wish satisfies never;
  }
};

/** What the documents and the keys give for the tickets of a request. */
export const escalationSourceOf = async (request: Request, dependencies: Dependencies): Promise<EscalationSource> => {
  const { catalog, platform, digest } = dependencies;
  return {
    plan: await planPinned(request, dependencies),
    selection: await selectPinned(catalog, request),
    platform,
    digest,
  };
};

/** What later tasks read of a task; nothing of one that people can't complete. */
export const neededOf = async (
  request: Request,
  taskId: string,
  dependencies: Dependencies,
): Promise<Result<readonly NeededOutput[], PlanUnavailable>> => {
  const task = request.tasks.find(({ id }) => id === taskId);
  if (!task || !isOpenForPeople(task)) return ok([]);
  const plan = await planPinned(request, dependencies);
  if (!plan.ok) return err({ kind: 'plan-unavailable', failure: plan.error });
  return ok(neededOutputs(plan.value, request, task.position));
};
