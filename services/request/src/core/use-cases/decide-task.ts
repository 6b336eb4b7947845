import { err, ok, type Result, TransientError } from '@pao/kernel';
import { advance, begin } from '../domain/audit.ts';
import { decidePlan, type PlanVote, type PlanVoteRefusal } from '../domain/decide-plan.ts';
import { type Request, taskAt } from '../domain/request.ts';
import type { NextVersion } from '../ports/request-store.ts';
import { type CallContext, causeOf } from './caller.ts';
import { type DecidedView, decidedView } from './decision-views.ts';
import type { Dependencies } from './dependencies.ts';
import { resumeMessage } from './resume-message.ts';
import { selectPinned } from './select-documents.ts';
import { answerOf, findAnswer, type Place } from './stored-answers.ts';

export interface DecideTaskCommand extends Omit<PlanVote, 'at' | 'ownerTeam'> {
  readonly requestId: string;
  readonly tenantId: string;
  /** Of the request as the person saw it. */
  readonly version?: number;
  readonly context: CallContext;
  /** Present when the caller wants the same answer for the same call. */
  readonly idempotency?: { readonly key: string; readonly fingerprint: string };
}

export type DecideTaskError =
  | PlanVoteRefusal
  | { readonly kind: 'not-found' | 'other-body' }
  | { readonly kind: 'changed'; readonly version: number };

type Decided = Result<DecidedView, DecideTaskError>;

const PLACE: Place = { route: 'decideTask', status: 202 };
const MAX_ROUNDS = 20;

/** Carries out what a person decides of what a task would do, on what was read, and tells its executor. The first decision counts. */
export const decideTask =
  (dependencies: Dependencies) =>
  async (command: DecideTaskCommand): Promise<Decided> => {
    const { store, commits } = dependencies;
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const before = await store.find(command.requestId);
      if (before?.tenantId !== command.tenantId) return err({ kind: 'not-found' });
      const answered = await findAnswer<DecidedView>(command, PLACE, dependencies);
      if (answered) return answered;
      if (command.version !== undefined && command.version !== before.version)
        return err({ kind: 'changed', version: before.version });
      const next = await nextVersion(before, command, dependencies);
      if (!next.ok) return next;
      const { version, view } = next.value;
      if ((await store.saveDecision(before, version, answerOf(command, PLACE, view))) !== 'saved') continue;
      commits.committed(version);
      return ok(view);
    }
    throw new TransientError(`request ${command.requestId} changes faster than a decision can be stored`);
  };

const nextVersion = async (
  before: Request,
  { context, requestId: _id, tenantId: _tenant, version: _version, idempotency: _key, ...vote }: DecideTaskCommand,
  dependencies: Dependencies,
): Promise<Result<{ readonly version: NextVersion; readonly view: DecidedView }, PlanVoteRefusal>> => {
  const { now, digest, newId, sealer } = dependencies;
  const at = now();
  const decided = decidePlan(before, { ...vote, at, ownerTeam: await ownerTeamOf(before, vote.taskId, dependencies) });
  if (!decided.ok) return decided;
  const progress = advance(begin(before), decided.value, { cause: causeOf(context, vote.by.email, at), digest });
  const request = { ...progress.request, version: before.version + 1 };
  const task = taskAt(request, request.tasks.findIndex(({ id }) => id === vote.taskId) + 1);
  const answer = {
    kind: 'approval' as const,
    approved: vote.approved,
    by: vote.by.email.slice(0, 200),
    ...(vote.reason !== null && { reason: vote.reason }),
    decidedAt: at.toISOString(),
  };
  const messages = [resumeMessage(request, task, answer, { newId, at, traceparent: context.traceparent, sealer })];
  return ok({ version: { ...progress, request, messages }, view: decidedView(request, vote.by.email, at) });
};

const ownerTeamOf = async (
  request: Request,
  taskId: string,
  { catalog }: Dependencies,
): Promise<string | undefined> => {
  const task = request.tasks.find(({ id }) => id === taskId);
  if (!task) return undefined;
  const { main, items } = await selectPinned(catalog, request);
  return (items.get(task.catalog.id) ?? main).document.metadata.owner?.team;
};
