import { submitRequests } from '@pao/contracts';
import { type ApiError, apiError, bodyFingerprint, type Route, route } from '@pao/http';
import type { Result } from '@pao/kernel';
import { currentTraceId, currentTraceparent } from '@pao/runtime';
import type { SubmitCommand, SubmitError } from '../../core/use-cases/submit-requests.ts';
import type { Accepted } from '../../core/use-cases/views.ts';
import { rejectionError, toItem, toRequester } from './requested-items.ts';

const errorOf = (error: SubmitError): ApiError => {
  switch (error.kind) {
    case 'other-body':
      return apiError({
        code: 'IDEMPOTENCY_MISMATCH',
        message: 'This Idempotency-Key was used with another body. Take a new key for another submission.',
      });
    case 'plan-changed':
      return apiError({
        code: 'PLAN_CHANGED',
        message: 'What would happen now is not what the plan showed; nothing was stored. Plan again.',
        details: error.details,
      });
    case 'quota-exceeded':
      return apiError({
        code: 'QUOTA_EXCEEDED',
        message: 'It would use more than a quota leaves; nothing was stored.',
        details: error.details,
      });
    default:
      return rejectionError(error, 'nothing was stored');
  }
};

export const submitRequestsRoute = (
  submit: (command: SubmitCommand) => Promise<Result<Accepted, SubmitError>>,
): Route =>
  route(submitRequests, async ({ body, identity, idempotencyKey, correlationId }) => {
    const accepted = await submit({
      items: body.items.map(toItem),
      tenantId: identity.tenant,
      requester: toRequester(identity),
      context: { correlationId, traceId: currentTraceId(), traceparent: currentTraceparent() },
      ...(idempotencyKey !== undefined && {
        idempotency: { key: idempotencyKey, fingerprint: bodyFingerprint(body) },
      }),
    });
    return accepted.ok ? { data: accepted.value } : errorOf(accepted.error);
  });
