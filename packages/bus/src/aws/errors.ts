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

/** The code an error of the SDK carries; SQS still gives some of them the prefix of its older protocol. */
export const errorCode = (thrown: unknown): string =>
  thrown instanceof Error ? thrown.name.slice(thrown.name.lastIndexOf('.') + 1) : '';

export const busIsAway = (thrown: unknown, action: string): TransientError =>
  new TransientError(`The bus could not ${action}: ${errorMessage(thrown)}`, { cause: thrown });
