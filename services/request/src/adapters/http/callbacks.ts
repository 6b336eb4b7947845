import { receiveCallback } from '@pao/contracts';
import { type ApiError, apiError, type Route, route } from '@pao/http';
import type { Result } from '@pao/kernel';
import { currentTraceId, currentTraceparent } from '@pao/runtime';
import type { CallbackCommand, CallbackError } from '../../core/use-cases/receive-callback.ts';

type ReceiveCallback = (command: CallbackCommand) => Promise<Result<'accepted' | 'repeated', CallbackError>>;

/** Nobody is told more than that: whoever calls may be anybody. */
const errorOf = (error: CallbackError): ApiError => {
  switch (error) {
    case 'unknown':
      return apiError({ code: 'NOT_FOUND', message: 'There is no such callback.' });
    case 'over':
      return apiError({ code: 'CONFLICT', message: 'Nothing waits for this callback any more.' });
    case 'not-now':
      return apiError({ code: 'CONFLICT', message: 'Nothing waits for this callback now.' });
    default:
      return error satisfies never;
  }
};

/** Where targets say that something is done. Anybody may call it: the address is the proof. */
export const callbackRoute = (receive: ReceiveCallback): Route =>
  route(receiveCallback, async ({ params: { token }, body, correlationId }) => {
    const received = await receive({
      token,
      body: body ?? null,
      context: { correlationId, traceId: currentTraceId(), traceparent: currentTraceparent() },
    });
    if (!received.ok) return errorOf(received.error);
    return { status: received.value === 'accepted' ? 202 : 200, data: { outcome: received.value } };
  });
