import type { Mutant } from './mutant.ts';

const EXECUTOR = 'packages/executor-sdk/src';
const LEDGER = `${EXECUTOR}/adapters/memory/attempt-ledger.ts`;
const STANDING = `${EXECUTOR}/adapters/memory/standing.ts`;

/** Bugs in how effects are carried out, and in what others are told of them. */
export const EXECUTOR_MUTANTS: readonly Mutant[] = [
  {
    name: 'START is not recorded',
    edits: [
      {
        file: LEDGER,
        find: 'const { key, fence, startedAt } = insert(command, step, leaseMs);',
        replace:
          'const { key, fence, startedAt } = insert(command, step, leaseMs);\n      attempts.delete(attemptName(key));',
      },
    ],
  },
  {
    name: 'an attempt may start although it stands',
    edits: [
      { file: STANDING, find: 'return rival && answerFor(rival);', replace: 'return rival?.end && answerFor(rival);' },
    ],
  },
  {
    name: 'FINISH is not fenced',
    edits: [
      { file: LEDGER, find: 'return attempt?.fence === hold.fence ? attempt : undefined;', replace: 'return attempt;' },
      { file: LEDGER, find: "if (attempt.end) return 'recorded';", replace: '' },
    ],
  },
  {
    name: 'the end of an attempt is told once, heard or not',
    edits: [
      { file: STANDING, find: '    if (attempt.end) {\n      tellEnd(attempt);', replace: '    if (attempt.end) {' },
    ],
  },
  {
    name: 'a result that comes late is dropped',
    edits: [{ file: LEDGER, find: 'if (taken) taken.late ??= end;', replace: 'if (taken?.late) taken.late = end;' }],
  },
  {
    name: 'a takeover does not raise the fence',
    edits: [
      { file: LEDGER, find: 'attempt.fence += 1;', replace: 'attempt.fence += 0;' },
      { file: LEDGER, find: "if (attempt.end) return 'recorded';", replace: '' },
    ],
  },
  {
    name: 'an end is recorded and told to nobody',
    edits: [
      {
        file: LEDGER,
        find: 'attempt.end = end;\n        attempt.told = event;\n        events.push(event);',
        replace: 'attempt.end = end;',
      },
    ],
  },
  {
    name: 'what has begun is cancelled',
    edits: [{ file: LEDGER, find: 'if (known.length > 0) return', replace: 'if (known.length > 1_000) return' }],
  },
  {
    name: 'a cancellation is not recorded',
    edits: [
      {
        file: LEDGER,
        find: 'attempts.set(attemptName(key), { key, startedAt: new Date(elapsed)',
        replace: 'new Map().set(attemptName(key), { key, startedAt: new Date(elapsed)',
      },
    ],
  },
  {
    name: 'an attempt in doubt is simply run again',
    edits: [
      {
        file: `${EXECUTOR}/core/use-cases/settle-attempt.ts`,
        find: 'if (action.idempotent || effect.repeatable === true) {',
        replace: 'if (action.timeoutSeconds > 0) {',
      },
    ],
  },
  {
    name: 'an attempt in doubt is called failed',
    edits: [
      {
        file: `${EXECUTOR}/core/domain/ending.ts`,
        find: "(startedAt: Date, note?: string): UnknownOutcome => ({\n  kind: 'unknown',",
        replace: "(startedAt: Date, note?: string): UnknownOutcome => ({\n  kind: 'definite-failure' as 'unknown',",
      },
    ],
  },
  {
    name: 'an unknown outcome is tried again',
    edits: [
      {
        file: `${EXECUTOR}/core/domain/verdict.ts`,
        find: "(verdict.kind === 'unknown' && idempotent)",
        replace: "(verdict.kind === 'unknown' && tries > 0)",
      },
    ],
  },
  {
    name: 'what was uncertain once is forgotten',
    edits: [
      {
        file: `${EXECUTOR}/core/domain/verdict.ts`,
        find: "kind: uncertain ? 'unknown' : 'definite-failure'",
        replace: "kind: uncertain && last.kind === 'ok' ? 'unknown' : 'definite-failure'",
      },
    ],
  },
  {
    name: 'a 500 is a failure for certain',
    edits: [
      {
        file: 'packages/outgoing/src/http-outcome.ts',
        find: 'status >= 400 && status < 500 && !AMBIGUOUS.has(status)',
        replace: 'status >= 400 && status < 600 && !AMBIGUOUS.has(status)',
      },
    ],
  },
  {
    name: 'a 409 is a failure for certain',
    edits: [{ file: 'packages/outgoing/src/http-outcome.ts', find: 'new Set([408, 409])', replace: 'new Set([408])' }],
  },
  {
    name: 'a silent target is called again',
    edits: [
      {
        file: 'packages/outgoing/src/http-outcome.ts',
        find: "if (exchange.phase === 'after-send') return { kind: 'unknown', code, message };",
        replace: "if (exchange.phase === 'after-send') return { kind: 'not-executed', code, message };",
      },
    ],
  },
  {
    name: 'one of several tickets is taken for ours',
    edits: [
      {
        file: 'services/executor/src/adapters/jira/action.ts',
        find: 'if (more.length === 0) return',
        replace: 'if (more.length < 1_000) return',
      },
    ],
  },
  {
    name: 'a message goes whether or not it was handled',
    edits: [
      {
        file: 'packages/bus/src/consumer/groups.ts',
        find: "if (verdict.outcome !== 'done') return verdict;",
        replace: "if (verdict.outcome === 'failed') return verdict;",
      },
    ],
  },
  {
    name: 'the relay forgets what the bus did not take',
    edits: [
      {
        file: 'packages/bus/src/relay/relay.ts',
        find: 'this.#published = report.accepted;',
        replace: 'this.#published = messages.map(({ id }) => id);',
      },
    ],
  },
  {
    name: 'an escalation stays open when its request ends',
    edits: [
      {
        file: 'services/escalation/src/core/domain/escalation.ts',
        find: 'escalation.failedAt.getTime() <= settled.at.getTime();',
        replace: 'escalation.failedAt.getTime() < 0 * settled.at.getTime();',
      },
    ],
  },
];
