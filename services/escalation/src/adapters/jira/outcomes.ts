import type { JiraFailure } from '@pao/jira';
import { isJsonObject } from '@pao/kernel';
import type { Problem } from '../../core/domain/tickets/handover.ts';
import type { Outcome } from '../../core/domain/tickets/ledger.ts';

const MOST = 500;

/** What Jira says is wrong, field by field. */
const reasons = ({ exchange }: JiraFailure): string => {
  if (exchange.kind !== 'answered') return '';
  try {
    const body: unknown = JSON.parse(exchange.body);
    if (!isJsonObject(body)) return '';
    const { errorMessages, errors } = body;
    const general = Array.isArray(errorMessages) ? errorMessages.filter((text) => typeof text === 'string') : [];
    const fields = isJsonObject(errors)
      ? Object.entries(errors).map(([name, text]) => `${name}: ${typeof text === 'string' ? text : ''}`)
      : [];
    return [...general, ...fields]
      .filter((text) => text !== '')
      .join('; ')
      .slice(0, MOST);
  } catch {
    return '';
  }
};

export const problemOf = (failure: JiraFailure): Problem => {
  const { code, message } = failure.outcome;
  const why = reasons(failure);
  return { code, message: why === '' ? message : `${message} ${why}` };
};

export const toOutcome = (failure: JiraFailure): Outcome<never> => {
  const problem = problemOf(failure);
  const { outcome } = failure;
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

export const isGone = ({ exchange }: JiraFailure): boolean =>
  exchange.kind === 'answered' && (exchange.status === 404 || exchange.status === 410);
