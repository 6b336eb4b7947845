import { abortRequest, type ErrorDetail, previewRetry, retryRequest } from '@pao/contracts';
import { type ApiError, apiError, bodyFingerprint, type Identity, type Route, route } from '@pao/http';
import type { Result } from '@pao/kernel';
import { currentTraceId, currentTraceparent } from '@pao/runtime';
import { type DecisionKind, possibleDecisions } from '../../core/domain/decisions.ts';
import type { Person } from '../../core/domain/may-decide.ts';
import type { Request, Task } from '../../core/domain/request.ts';
import type { DecideCommand, DecideError } from '../../core/use-cases/decide-request.ts';
import { checkOf, type DecidedView, retryPreviewView } from '../../core/use-cases/decision-views.ts';

export interface DecisionRoutesOptions {
  readonly readRequest: (tenantId: string, id: string) => Promise<Request | undefined>;
  readonly decideRequest: (command: DecideCommand) => Promise<Result<DecidedView, DecideError>>;
}

const toPerson = ({ subject, email, teams, roles }: Identity): Person => ({ id: subject, email, teams, roles });

const notFound = (id: string): ApiError => apiError({ code: 'NOT_FOUND', message: `There is no request ${id}.` });

const listed = (possible: readonly DecisionKind[]): string =>
  possible.length === 0 ? 'Nothing can be decided about it now.' : `Possible now: ${possible.join(', ')}.`;

const stateDetails = (status: string, possible: readonly DecisionKind[]): ErrorDetail[] => [
  { field: 'status', issue: status },
  ...possible.map((decision) => ({ field: 'possible', issue: decision })),
];

const notPossible = (kind: DecisionKind, status: string, possible: readonly DecisionKind[]): ApiError =>
  apiError({
    code: 'CONFLICT',
    message: `${kind === 'retry' ? 'A retry' : 'An abort'} is not possible: the request is ${status}. ${listed(possible)}`,
    details: stateDetails(status, possible),
  });

const acknowledgementNeeded = (tasks: readonly Task[]): ApiError =>
  apiError({
    code: 'CONFLICT',
    message: `What may have happened already would be done again: ${tasks.map(nameOf).join(', ')}. Check the target first, then retry with acknowledgeUnknown: true.`,
    details: tasks.map((task) => ({
      field: `tasks.${task.position}`,
      issue: [task.failure?.message, checkOf(task)].filter(Boolean).join(' '),
    })),
  });

const nameOf = ({ position, name }: Task): string => `task ${position} (${name})`;

const errorOf = (error: DecideError, { requestId, wish: { kind } }: DecideCommand): ApiError => {
  switch (error.kind) {
    case 'not-found':
      return notFound(requestId);
    case 'not-yours':
      return apiError({
        code: 'FORBIDDEN',
        message:
          'Only who asked for a request, their teams, operators and admins decide about it. Ask one of them, or an operator.',
      });
    case 'other-body':
      return apiError({
        code: 'IDEMPOTENCY_MISMATCH',
        message: 'This Idempotency-Key was used with another body or request. Take a new key for another decision.',
      });
    case 'changed':
      return apiError({
        code: 'CONFLICT',
        message: `The request has changed meanwhile: it is ${error.status} now, in version ${error.version}. ${listed(error.possible)}`,
        details: [...stateDetails(error.status, error.possible), { field: 'version', issue: String(error.version) }],
      });
    case 'not-possible':
      return notPossible(kind, error.status, error.possible);
    case 'acknowledgement-needed':
      return acknowledgementNeeded(error.tasks);
    default:
      return error satisfies never;
  }
};

interface DecisionCall {
  readonly params: { readonly id: string };
  readonly body: { readonly version?: number | undefined; readonly reason?: string | undefined };
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
      idempotency: { key: idempotencyKey, fingerprint: bodyFingerprint({ id: params.id, ...body }) },
    }),
  };
};

/** What people decide about requests. */
export const decisionRoutes = ({ readRequest, decideRequest }: DecisionRoutesOptions): readonly Route[] => {
  const decide = async (call: DecisionCall, wish: DecideCommand['wish']) => {
    const command = commandOf(call, wish);
    const decided = await decideRequest(command);
    return decided.ok ? { data: decided.value } : errorOf(decided.error, command);
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
    route(abortRequest, (call) => decide(call, { kind: 'abort', reason: call.body.reason ?? null })),
  ];
};
