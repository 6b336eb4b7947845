import { errorMessage, TransientError } from '@pao/kernel';
import { DatabaseError as ServerError } from 'pg';

/**
 * The server refused a statement and would refuse it again: a violated constraint, a text it cannot store (`22021`, `22P05`: U+0000),
 * an error in the statement. Expected conflicts are better met with ON CONFLICT than with this.
 */
export class DatabaseError extends Error {
  override readonly name = 'DatabaseError';
  /** SQLSTATE. */
  readonly code: string;
  readonly constraint: string | undefined;

  constructor(cause: ServerError, statement: string) {
    super(`${cause.message} [${cause.code}] in ${statement}`, { cause });
    this.code = cause.code ?? '';
    this.constraint = cause.constraint;
  }
}

/** By class (two characters) or code of SQLSTATE: what passes by waiting, by another connection or by another try. */
const TRANSIENT = new Set([
  '08', // connection
  '40', // serialization failure, deadlock
  '53', // out of connections, memory or disk
  '57', // shutdown, restart, statement timeout
  '58', // input or output error
  '25006', // read-only: a former primary after a failover
  '55P03', // lock timeout
]);

const NETWORK = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENOENT',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

const codeOf = (thrown: unknown): string => {
  const code: unknown = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
  return typeof code === 'string' ? code : '';
};

/** True when the connection an error came from must not be used again. */
export const breaksConnection = (thrown: unknown): boolean =>
  !(thrown instanceof ServerError) || codeOf(thrown).startsWith('57P') || codeOf(thrown).startsWith('08');

/**
 * What pg threw, in our terms. TransientError after a write says nothing of whether it was committed: a lost connection may
 * have lost only the answer.
 */
export const translateError = (thrown: unknown, statement: string): Error => {
  if (!(thrown instanceof ServerError)) return translateClientError(thrown, statement);
  const code = thrown.code ?? '';
  if (TRANSIENT.has(code) || TRANSIENT.has(code.slice(0, 2))) {
    return new TransientError(`The database cannot do it now: ${thrown.message} [${code}]`, { cause: thrown });
  }
  return new DatabaseError(thrown, statement);
};

/** pg gives its own errors (a connection that ended, a time-out) no code; a wrong use of it throws TypeError. */
const translateClientError = (thrown: unknown, statement: string): Error => {
  const code = codeOf(thrown);
  if (thrown instanceof TypeError || thrown instanceof RangeError || (code !== '' && !NETWORK.has(code))) {
    return new Error(`${errorMessage(thrown)} in ${statement}`, { cause: thrown });
  }
  return new TransientError(`The database is away: ${errorMessage(thrown)}`, { cause: thrown });
};
