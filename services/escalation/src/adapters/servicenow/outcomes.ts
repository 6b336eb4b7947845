import { isJsonObject, type JsonObject } from '@pao/kernel';
import type { ServiceNowFailure } from '@pao/outgoing';
import type { Outcome } from '../../core/domain/tickets/ledger.ts';
import { outcomeOf } from '../tickets/failed-call.ts';

/** What ServiceNow says is wrong. */
const reason = ({ error }: JsonObject): string => {
  if (!isJsonObject(error)) return '';
  return [error['message'], error['detail']]
    .flatMap((text) => (typeof text === 'string' && text !== '' ? [text] : []))
    .join(': ');
};

export const toOutcome = (failure: ServiceNowFailure): Outcome<never> => outcomeOf(failure, reason);
