import {
  abortRequest,
  completeTask,
  escalateRequest,
  previewResume,
  previewRetry,
  previewRollback,
  resumeRequest,
  retryRequest,
  rollBackRequest,
} from '@pao/contracts';
import { bodyFingerprint, type Identity, type Route, route } from '@pao/http';
import type { Result } from '@pao/kernel';
import { currentTraceId, currentTraceparent } from '@pao/runtime';
import { possibleDecisions } from '../../core/domain/decisions.ts';
import type { Person } from '../../core/domain/may-decide.ts';
import type { Request } from '../../core/domain/request.ts';
import type { Rollback } from '../../core/domain/rollback.ts';
import type { DecideCommand, DecideError } from '../../core/use-cases/decide-request.ts';
import {
  type DecidedView,
  resumePreviewView,
  retryPreviewView,
  rollbackPreviewView,
} from '../../core/use-cases/decision-views.ts';
import type { PlanUnavailable } from '../../core/use-cases/plan-rollback.ts';
import { decisionError, notFound, notPossible, planUnavailable } from './decision-errors.ts';

export interface DecisionRoutesOptions {
  readonly readRequest: (tenantId: string, id: string) => Promise<Request | undefined>;
  readonly planRollback: (request: Request) => Promise<Result<Rollback, PlanUnavailable>>;
  readonly decideRequest: (command: DecideCommand) => Promise<Result<DecidedView, DecideError>>;
}

const toPerson = ({ subject, email, teams, roles }: Identity): Person => ({ id: subject, email, teams, roles });

interface DecisionCall {
  readonly params: { readonly id: string; readonly taskId?: string };
  readonly body: { readonly version?: number | undefined };
  readonly identity: Identity;
  readonly idempotencyKey: string | undefined;
  readonly correlationId: string;
}

const commandOf = (call: DecisionCall, wish: DecideCommand['wish']): DecideCommand => {
  const { params, body, identity, idempotencyKey, correlationId } = call;
  return {
    requestId: params.id,
    tenantId: identity.tenant,
    by: toPerson(identity),
    wish,
    ...(body.version !== undefined && { version: body.version }),
    context: { correlationId, traceId: currentTraceId(), traceparent: currentTraceparent() },
    ...(idempotencyKey !== undefined && {
      idempotency: { key: idempotencyKey, fingerprint: bodyFingerprint({ ...params, ...body }) },
    }),
  };
};

/** What people decide about requests. */
export const decisionRoutes = ({
  readRequest,
  planRollback: previewOf,
  decideRequest,
}: DecisionRoutesOptions): readonly Route[] => {
  const decide = async (call: DecisionCall, wish: DecideCommand['wish']) => {
    const command = commandOf(call, wish);
    const decided = await decideRequest(command);
    return decided.ok ? { data: decided.value } : decisionError(decided.error, command);
  };
  return [
    route(previewRetry, async ({ params: { id }, identity }) => {
      const request = await readRequest(identity.tenant, id);
      if (!request) return notFound(id);
      const possible = possibleDecisions(request);
      if (!possible.includes('retry')) return notPossible('retry', request.status, possible);
      return { data: retryPreviewView(request) };
    }),
    route(retryRequest, (call) => {
      const { reason = null, acknowledgeUnknown = false } = call.body;
      return decide(call, { kind: 'retry', reason, acknowledgeUnknown });
    }),
    route(previewRollback, async ({ params: { id }, identity }) => {
      const request = await readRequest(identity.tenant, id);
      if (!request) return notFound(id);
      const possible = possibleDecisions(request);
      if (!possible.includes('rollback')) return notPossible('rollback', request.status, possible);
      const rollback = await previewOf(request);
      return rollback.ok ? { data: rollbackPreviewView(request, rollback.value) } : planUnavailable(rollback.error);
    }),
    route(rollBackRequest, (call) => {
      const { reason = null, acknowledgeUnknown = false } = call.body;
      return decide(call, { kind: 'rollback', reason, acknowledgeUnknown });
    }),
    route(escalateRequest, (call) => decide(call, { kind: 'escalate', reason: call.body.reason ?? null })),
    route(completeTask, (call) => {
      const { outputs, note = null } = call.body;
      return decide(call, { kind: 'complete-task', taskId: call.params.taskId, outputs, reason: note });
    }),
    route(previewResume, async ({ params: { id }, identity }) => {
      const request = await readRequest(identity.tenant, id);
      if (!request) return notFound(id);
      const possible = possibleDecisions(request);
      if (!possible.includes('resume')) return notPossible('resume', request.status, possible);
      return { data: resumePreviewView(request) };
    }),
    route(resumeRequest, (call) => decide(call, { kind: 'resume', reason: call.body.reason ?? null })),
    route(abortRequest, (call) => decide(call, { kind: 'abort', reason: call.body.reason ?? null })),
  ];
};
