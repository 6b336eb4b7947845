import { err, ok, type Result, TransientError } from '@pao/kernel';
import { advance, begin } from '../domain/audit.ts';
import {
  type DecisionKind,
  type DecisionRefusal,
  decideByPerson,
  isSameDecision,
  possibleDecisions,
} from '../domain/decisions.ts';
import { mayDecide, type Person } from '../domain/may-decide.ts';
import type { Request } from '../domain/request.ts';
import type { NextVersion } from '../ports/request-store.ts';
import { type CallContext, causeOf } from './caller.ts';
import { teamsToTell } from './concerned-teams.ts';
import { decisionMessages } from './decision-messages.ts';
import { type DecidedView, decidedView } from './decision-views.ts';
import type { Dependencies } from './dependencies.ts';
import type { PlanUnavailable } from './plan-rollback.ts';
import { prepareDecision, type Wish } from './prepare-decision.ts';
import { dispatchNext } from './record-report.ts';
import { answerOf, findAnswer, type Place } from './stored-answers.ts';

export type { Wish } from './prepare-decision.ts';

export interface DecideCommand {
  readonly requestId: string;
  readonly tenantId: string;
  readonly by: Person;
  readonly wish: Wish;
  /** Of the request as the person saw it. */
  readonly version?: number;
  readonly context: CallContext;
  /** Present when the caller wants the same answer for the same call. */
  readonly idempotency?: { readonly key: string; readonly fingerprint: string };
}

export type DecideError =
  | { readonly kind: 'not-found' | 'not-yours' | 'other-body' }
  /** Somebody else decided first, or the request is not what the person saw any more. */
  | {
      readonly kind: 'changed';
      readonly status: Request['status'];
      readonly version: number;
      readonly possible: readonly DecisionKind[];
    }
  | DecisionRefusal
  | PlanUnavailable;

type Decided = Result<DecidedView, DecideError>;

const ROUTES: Readonly<Record<DecisionKind, string>> = {
  retry: 'retryRequest',
  abort: 'abortRequest',
  rollback: 'rollBackRequest',
  escalate: 'escalateRequest',
  resume: 'resumeRequest',
  'complete-task': 'completeTask',
};
const placeOf = ({ wish }: DecideCommand): Place => ({ route: ROUTES[wish.kind], status: 202 });
/** How often machines may report something while one decision is stored. */
const MAX_ROUNDS = 20;

/**
 * Carries out what a person decides about a request: on what was read, stored only if that still holds. After a report of a machine
 * in between it is decided anew; after the decision of another person the caller has lost.
 */
export const decideRequest =
  (dependencies: Dependencies) =>
  async (command: DecideCommand): Promise<Decided> => {
    const { store, commits } = dependencies;
    let seen: Request | undefined;
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const before = await store.find(command.requestId);
      const refused = refusalOf(before, command);
      if (refused || !before) return err(refused ?? { kind: 'not-found' });
      const answered = await findAnswer<DecidedView>(command, placeOf(command), dependencies);
      if (answered) return answered;
      if (hasChanged(before, seen, command)) return err(changed(before));
      const next = await nextVersion(before, command, dependencies);
      if (!next.ok) return next;
      const { version, view } = next.value;
      const outcome = await store.saveDecision(before, version, answerOf(command, placeOf(command), view));
      if (outcome === 'saved') {
        commits.committed(version);
        return ok(view);
      }
      seen = before;
    }
    throw new TransientError(`request ${command.requestId} changes faster than a decision can be stored`);
  };

const refusalOf = (request: Request | undefined, { tenantId, by }: DecideCommand): DecideError | undefined => {
  if (request?.tenantId !== tenantId) return { kind: 'not-found' };
  return mayDecide(request, by) ? undefined : { kind: 'not-yours' };
};

const hasChanged = (request: Request, seen: Request | undefined, { version }: DecideCommand): boolean =>
  (version !== undefined && version !== request.version) || (seen !== undefined && !isSameDecision(seen, request));

const changed = (request: Request): DecideError => ({
  kind: 'changed',
  status: request.status,
  version: request.version,
  possible: possibleDecisions(request),
});

const nextVersion = async (
  before: Request,
  { wish, by, context }: DecideCommand,
  dependencies: Dependencies,
): Promise<
  Result<{ readonly version: NextVersion; readonly view: DecidedView }, DecisionRefusal | PlanUnavailable>
> => {
  const { now, digest, newId, sealer, callbacks } = dependencies;
  const at = now();
  const prepared = await prepareDecision(before, wish, at, dependencies);
  if (!prepared.ok) return prepared;
  const { source } = prepared.value;
  const decided = decideByPerson(before, prepared.value.decision);
  if (!decided.ok) return decided;
  const recording = { cause: causeOf(context, by.email, at), digest };
  const decision = advance(begin(before), decided.value, recording);
  const { progress, dispatched } = await dispatchNext(decision, recording, dependencies);
  const request = { ...progress.request, version: before.version + 1 };
  const teams = await teamsToTell(before, request, dependencies);
  const messages = decisionMessages(
    {
      wish,
      decidedBy: by.email,
      before,
      decided: decision.request,
      after: request,
      dispatched,
      ...(source && { source }),
    },
    { newId, at, traceparent: context.traceparent, sealer, callbacks, teams },
  );
  return ok({ version: { ...progress, request, messages }, view: decidedView(request, by.email, at) });
};
