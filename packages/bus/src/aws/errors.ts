import { errorMessage, TransientError } from '@pao/kernel';

/** Codes by which SNS and SQS refuse a message for what it is: the same again is refused again. */
const REFUSED = new Set([
  'BatchRequestTooLong',
  'InvalidMessageContents',
  'InvalidParameter',
  'InvalidParameterValue',
  'MissingParameter',
  'ParameterValueInvalid',
  'ValidationError',
]);

/** Everything else passes: a connection, a throttle, a queue or a permission that is not there yet. */
export const isRetryable = (code: string): boolean => !REFUSED.has(code);

export const errorCode = (thrown: unknown): string => (thrown instanceof Error ? thrown.name : '');

/** True when the queue or topic itself is missing, so that its address must be looked up again. */
export const isMissing = (thrown: unknown): boolean =>
  ['QueueDoesNotExist', 'NotFoundException', 'NotFound'].includes(errorCode(thrown));

export const busIsAway = (thrown: unknown, action: string): TransientError =>
  new TransientError(`The bus could not ${action}: ${errorMessage(thrown)}`, { cause: thrown });
