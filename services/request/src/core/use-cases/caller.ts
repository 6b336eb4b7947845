import type { Cause } from '../domain/audit.ts';

/** The call or message under way: whose it is and which trace it belongs to. */
export interface CallContext {
  readonly correlationId: string;
  readonly traceId: string | undefined;
  readonly traceparent: string | undefined;
}

export const causeOf = (context: CallContext, actor: string, at: Date): Cause => ({
  actor,
  at,
  correlationId: context.correlationId,
  traceId: context.traceId ?? null,
});
