import { isJsonObject, type JsonObject } from '@pao/kernel';
import type { HttpExchange, HttpOutcome } from '@pao/outgoing';
import type { Outcome } from '../../core/domain/tickets/ledger.ts';

/** A call to a ticket system that did not do what it was made for. */
export interface FailedCall {
  readonly outcome: Exclude<HttpOutcome, { kind: 'ok' }>;
  readonly exchange: HttpExchange;
}

const MOST = 500;

/** What the ticket system says is wrong; nothing where it says nothing that can be read. */
const reasonOf = ({ exchange }: FailedCall, read: (body: JsonObject) => string): string => {
  if (exchange.kind !== 'answered') return '';
  try {
    const body: unknown = JSON.parse(exchange.body);
    return isJsonObject(body) ? read(body).slice(0, MOST) : '';
  } catch {
    return '';
  }
};

/** `read` finds what the ticket system says in its answer. */
export const outcomeOf = (failure: FailedCall, read: (body: JsonObject) => string): Outcome<never> => {
  const { outcome } = failure;
  const why = reasonOf(failure, read);
  const problem = { code: outcome.code, message: why === '' ? outcome.message : `${outcome.message} ${why}` };
  switch (outcome.kind) {
    case 'not-executed': {
      const { retryAfterMs } = outcome;
      return { kind: 'not-executed', problem, ...(retryAfterMs !== undefined && { retryAfterMs }) };
    }
    case 'definite-failure':
      return { kind: 'refused', problem };
    case 'unknown':
      return { kind: 'unknown', problem };
    default:
      return outcome satisfies never;
  }
};

export const isGone = ({ exchange }: FailedCall): boolean =>
  exchange.kind === 'answered' && (exchange.status === 404 || exchange.status === 410);
