import { errorMessage, TransientError } from '@pao/kernel';

/** An error the service answered with, or a connection that failed (`code` is then Node's). */
export class AwsError extends Error {
  override readonly name = 'AwsError';
  readonly code: string;
  /** Another try of the same call may help soon: a connection, a throttle, a server's own trouble. */
  readonly passing: boolean;

  constructor(code: string, message: string, options: { readonly passing: boolean; readonly cause?: unknown }) {
    super(`${code}: ${message}`, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.passing = options.passing;
  }
}

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

export const errorCode = (thrown: unknown): string => (thrown instanceof AwsError ? thrown.code : '');

/** Everything but a refusal passes some day, also a queue or a permission that is not there yet. */
export const isRetryable = (code: string): boolean => !REFUSED.has(code);

export const busIsAway = (thrown: unknown, action: string): TransientError =>
  new TransientError(`The bus could not ${action}: ${errorMessage(thrown)}`, { cause: thrown });
