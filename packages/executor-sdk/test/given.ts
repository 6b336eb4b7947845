import type { Hold } from '../src/core/domain/attempt.ts';
import type { TaskCommand } from '../src/core/domain/task-command.ts';
import { cancelledEvent, endedEvent, type TaskEvent } from '../src/core/domain/task-events.ts';
import type { AttemptLedger } from '../src/core/ports/attempt-ledger.ts';
import { newId } from '../src/testing/commands.ts';

/** What the suite needs of an adapter beside the ledger: a look at what it stored. */
export interface LedgerUnderTest {
  readonly ledger: AttemptLedger;
  /** Types of the events stored for a request, in order. */
  readonly storedEvents: (requestId: string) => Promise<readonly string[]>;
  readonly storedMessages: (requestId: string) => Promise<readonly Pick<TaskEvent, 'id' | 'dedupId' | 'body'>[]>;
  /** What was kept of results that came late. */
  readonly lateResult: (command: TaskCommand) => Promise<unknown>;
}

export const LONG = 60_000;
export const OVER = -1;

export const successOf = (command: TaskCommand) => {
  const at = new Date();
  const ending = { kind: 'ok', result: {}, offered: {}, evidence: {} } as const;
  return {
    end: { outcome: 'ok', evidence: { status: 201 }, externalRef: 'THING-1', tries: 1 } as const,
    event: endedEvent(command, ending, {}, { id: newId(), startedAt: at, at }),
  };
};

export const refusalOf = (command: TaskCommand) => {
  const at = new Date();
  const ending = { kind: 'definite-failure', failure: { code: 'CONFIG_INVALID', message: 'no' } } as const;
  return {
    command,
    code: 'CONFIG_INVALID',
    evidence: {},
    event: endedEvent(command, ending, {}, { id: newId(), startedAt: at, at }),
  };
};

export const cancellationOf = (command: TaskCommand) => {
  const cancellation = { ...command, actionType: command.action.type };
  return { cancellation, step: 'call', event: cancelledEvent(cancellation, { id: newId(), at: new Date() }) };
};

export const started = async (ledger: AttemptLedger, command: TaskCommand, leaseMs = LONG): Promise<Hold> => {
  const answer = await ledger.start({ command, step: 'call', leaseMs });
  if (answer.kind !== 'started') throw new Error(`not started: ${answer.kind}`);
  return answer.hold;
};
