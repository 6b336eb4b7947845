import type { JiraFailure } from '@pao/jira';
import { isJsonObject, type JsonObject } from '@pao/kernel';
import type { Outcome } from '../../core/domain/tickets/ledger.ts';
import { outcomeOf } from '../tickets/failed-call.ts';

/** What Jira says is wrong, field by field. */
const reasons = ({ errorMessages, errors }: JsonObject): string => {
  const general = Array.isArray(errorMessages) ? errorMessages.filter((text) => typeof text === 'string') : [];
  const fields = isJsonObject(errors)
    ? Object.entries(errors).map(([name, text]) => `${name}: ${typeof text === 'string' ? text : ''}`)
    : [];
  return [...general, ...fields].filter((text) => text !== '').join('; ');
};

export const toOutcome = (failure: JiraFailure): Outcome<never> => outcomeOf(failure, reasons);
