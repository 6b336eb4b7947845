import { isJsonObject } from '@pao/kernel';
import type { ServiceNowFailure } from '@pao/outgoing';
import type { Outcome } from '../../core/domain/tickets/ledger.ts';

const MOST = 500;

/** What ServiceNow says is wrong. */
const reasonOf = ({ exchange }: ServiceNowFailure): string => {
  if (exchange.kind !== 'answered') return '';
  try {
    const body: unknown = JSON.parse(exchange.body);
    const error = isJsonObject(body) ? body['error'] : undefined;
    if (!isJsonObject(error)) return '';
    return [error['message'], error['detail']]
      .flatMap((text) => (typeof text === 'string' && text !== '' ? [text] : []))
      .join(': ')
      .slice(0, MOST);
  } catch {
    return '';
  }
};

export const toOutcome = (failure: ServiceNowFailure): Outcome<never> => {
  const { outcome } = failure;
  const why = reasonOf(failure);
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

export const isGone = ({ exchange }: ServiceNowFailure): boolean =>
  exchange.kind === 'answered' && (exchange.status === 404 || exchange.status === 410);
