import type { DefiniteVerdict, Failure, NotExecuted, UnknownOutcome } from '@pao/executor-sdk';
import { type JsonObject, TransientError } from '@pao/kernel';
import type { Call } from './cli.ts';
import type { Diagnostic, Facts } from './facts.ts';
import { printable } from './printable.ts';

/** What anything but a success comes to. */
export type Refusal = DefiniteVerdict | NotExecuted | UnknownOutcome;

export const definite = (failure: Failure): DefiniteVerdict => ({ kind: 'definite-failure', failure });

/** Who holds the lock may need minutes; who waits for it has not done anything. */
const LOCK_PAUSE_MS = 10_000;
const MAX_TEXT = 1_500;
const LOCK_SUMMARY = 'Error acquiring the state lock';

const errorsIn = ({ diagnostics }: Facts): readonly Diagnostic[] =>
  diagnostics.filter(({ severity }) => severity === 'error');

const toldBy = ({ summary, detail }: Diagnostic): string => `${summary}${detail === '' ? '' : `: ${detail}`}`;

/** What Terraform said was wrong, in its words. */
export const reasonOf = ({ facts, errors, end }: Call): string => {
  const [first, ...more] = errorsIn(facts);
  if (first) return `${toldBy(first).slice(0, MAX_TEXT)}${more.length > 0 ? ` (and ${more.length} more)` : ''}`;
  const said = printable(errors).replaceAll(/[╷│╵]/g, '').replaceAll(/\s+/g, ' ').trim();
  if (said !== '') return said.slice(0, MAX_TEXT);
  return end.kind === 'killed' ? `it was killed by ${end.signal}` : 'it said nothing of why';
};

export const diagnosticsOf = ({ facts }: Call): JsonObject => {
  const errors = errorsIn(facts).slice(0, 10);
  return errors.length === 0 ? {} : { errors: errors.map(({ summary, detail }) => ({ summary, detail })) };
};

const lineOf = (text: string, name: string): string | undefined =>
  text
    .split('\n')
    .map((line) => line.trim().replace(/^│\s*/, ''))
    .find((line) => line.startsWith(`${name}:`))
    ?.slice(name.length + 1)
    .trim();

const lockTextOf = ({ facts, errors }: Call): string | undefined => {
  const said = facts.diagnostics.find(({ summary }) => summary === LOCK_SUMMARY)?.detail;
  return said ?? (errors.includes(LOCK_SUMMARY) ? printable(errors) : undefined);
};

/** Who holds the state, where that is why it did not go on. */
export const lockOf = (call: Call): JsonObject | undefined => {
  const said = lockTextOf(call);
  if (said === undefined) return undefined;
  const members = { id: 'ID', who: 'Who', operation: 'Operation', since: 'Created', version: 'Version' };
  return Object.fromEntries(
    Object.entries(members).flatMap(([member, name]) => {
      const value = lineOf(said, name);
      return value === undefined || value === '' ? [] : [[member, value.slice(0, 200)] as const];
    }),
  );
};

const locked = (lock: JsonObject): NotExecuted => ({
  kind: 'not-executed',
  retryAfterMs: LOCK_PAUSE_MS,
  failure: {
    code: 'TERRAFORM_STATE_LOCKED',
    message:
      `${typeof lock['who'] === 'string' ? lock['who'] : 'Somebody'} has locked the state` +
      `${typeof lock['since'] === 'string' ? ` since ${lock['since']}` : ''}. Nothing was changed, and the lock was left alone.`,
    evidence: { lock },
  },
});

/** A registry or a backend that can't be reached now may be there in a moment. */
const PASSING =
  /timed? ?out|connection (?:refused|reset)|temporary failure|no such host|handshake|too many requests|bad gateway|service unavailable|gateway time-?out/i;

export interface Stage {
  readonly code: string;
  /** `Terraform could not plan`. */
  readonly message: string;
  /** Whether what passes by itself may be tried again. */
  readonly patient?: boolean;
}

/**
 * What a call that changes nothing came to. One that was broken off because the executor stops is for whoever runs the executor
 * next: it is left without an end.
 */
export const refusalOf = (call: Call, { code, message, patient }: Stage): Refusal => {
  const { end } = call;
  if (end.kind === 'not-started') return definite(missing(end.reason));
  if (end.asked === 'stop') throw new TransientError('the executor stops, and Terraform with it');
  if (end.asked === 'time') {
    const late = {
      code: 'TERRAFORM_TIMEOUT',
      message: `${message} in the time that the action has. Nothing was changed.`,
    };
    return definite(late);
  }
  const lock = lockOf(call);
  if (lock) return locked(lock);
  const reason = reasonOf(call);
  const failure = { code, message: `${message}. Nothing was changed. ${reason}`, evidence: diagnosticsOf(call) };
  return patient && PASSING.test(reason) ? { kind: 'not-executed', failure } : definite(failure);
};

export const missing = (binary: string): Failure => ({
  code: 'TERRAFORM_MISSING',
  message: `Terraform can't be run here (${binary}). Install it where the executor runs, or name it in PAO_TERRAFORM_BINARY. Nothing was changed.`,
});

export const tooOld = (version: string): Failure => ({
  code: 'TERRAFORM_TOO_OLD',
  message: `Terraform ${version} is older than 1.5, the first version that this executor works with. Nothing was changed.`,
});

export const busy: NotExecuted = {
  kind: 'not-executed',
  failure: {
    code: 'TERRAFORM_BUSY',
    message:
      'Other runs of Terraform took all the time that the action has; PAO_TERRAFORM_CONCURRENCY says how many there are at once. Nothing was changed.',
  },
};
