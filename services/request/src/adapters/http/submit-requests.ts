import { type BodyOf, submitRequests } from '@pao/contracts';
import { type ApiError, apiError, bodyFingerprint, type Identity, type Route, route } from '@pao/http';
import type { Result } from '@pao/kernel';
import { currentTraceId, currentTraceparent } from '@pao/runtime';
import type { Requester } from '../../core/domain/request.ts';
import type { RequestedItem } from '../../core/use-cases/plan-items.ts';
import type { SubmitCommand, SubmitError } from '../../core/use-cases/submit-requests.ts';
import type { Accepted } from '../../core/use-cases/views.ts';

const toRequester = ({ subject, email, name, teams }: Identity): Requester => ({
  id: subject,
  email,
  name: name ?? null,
  teams,
});

const toItem = ({ catalogItemId, bundleId, input }: BodyOf<typeof submitRequests>['items'][number]): RequestedItem =>
  bundleId === undefined ? { kind: 'item', id: catalogItemId ?? '', input } : { kind: 'bundle', id: bundleId, input };

const errorOf = (error: SubmitError): ApiError => {
  switch (error.kind) {
    case 'unknown-item':
      return apiError({
        code: 'UNKNOWN_CATALOG_ITEM',
        message: 'The catalog does not offer everything that was asked for; nothing was stored.',
        details: error.details,
      });
    case 'invalid-item':
      return apiError({
        code: 'CATALOG_ITEM_INVALID',
        message: 'Something that was asked for can’t be requested as its document stands; nothing was stored.',
        details: error.details,
      });
    case 'invalid-input':
      return apiError({
        code: 'VALIDATION_FAILED',
        message: 'The input breaks the rules of the form; nothing was stored.',
        details: error.details,
      });
    case 'other-body':
      return apiError({
        code: 'IDEMPOTENCY_MISMATCH',
        message: 'This Idempotency-Key was used with another body. Take a new key for another submission.',
      });
    default:
      return error satisfies never;
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
