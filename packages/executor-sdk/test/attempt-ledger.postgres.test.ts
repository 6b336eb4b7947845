import { randomUUID } from 'node:crypto';
import { DatabaseError, openDatabase } from '@pao/postgres';
import { testDatabase } from '@pao/testkit';
import test from 'ava';
import { createPostgresAttemptLedger } from '../src/adapters/postgres/attempt-ledger.ts';
import { commandOf } from '../src/testing/commands.ts';
import { attemptLedgerContract } from './attempt-ledger.contract.ts';
import { follow, nextAfter, pairOf } from './follow.contract.ts';
import { cancellationOf, started } from './given.ts';

const url = await testDatabase({ schema: 'pao_executor', migrations: new URL('../migrations/', import.meta.url) });
const database = openDatabase({ url, schema: 'pao_executor', applicationName: 'executor-test', maxConnections: 6 });
test.after.always(() => database.close());

const ledgerOf = (owner: { instance: string; exclusive: boolean }, onMessages = () => {}) =>
  createPostgresAttemptLedger({ database, owner: { ...owner, bootId: randomUUID() }, onMessages });

attemptLedgerContract(async () => ({
  ledger: ledgerOf({ instance: 'one', exclusive: false }),
  storedEvents: async (requestId) => {
    const rows = await database.query<{ type: string }>({
      text: 'SELECT type FROM outbox WHERE group_id = $1 ORDER BY position',
      values: [requestId],
    });
    return rows.map(({ type }) => type);
  },
  storedMessages: (requestId) =>
    database.query({
      text: 'SELECT event_id AS id, dedup_id AS "dedupId", body FROM outbox WHERE group_id = $1 ORDER BY position',
      values: [requestId],
    }),
  lateResult: async (command) => {
    const rows = await database.query<{ late_result: unknown }>({
      text: 'SELECT late_result FROM attempt WHERE task_id = $1',
      values: [command.taskId],
    });
    return rows[0]?.late_result;
  },
}));

test('what an earlier process of an exclusive instance left open is in doubt at once, that of another instance is not', async (t) => {
  const before = ledgerOf({ instance: 'solo', exclusive: true });
  const [mine, foreign] = [commandOf(), commandOf()];
  await before.start({ command: mine, step: 'call', leaseMs: 60_000 });
  await ledgerOf({ instance: 'other', exclusive: false }).start({ command: foreign, step: 'call', leaseMs: 60_000 });
  t.is((await before.start({ command: mine, step: 'call', leaseMs: 60_000 })).kind, 'running');

  const after = ledgerOf({ instance: 'solo', exclusive: true });
  t.is((await after.start({ command: mine, step: 'call', leaseMs: 60_000 })).kind, 'in-doubt');
  t.is((await after.start({ command: foreign, step: 'call', leaseMs: 60_000 })).kind, 'running');
  const listed = new Set((await after.listInDoubt(1_000)).map(({ key }) => key.taskId));
  t.true(listed.has(mine.taskId));
  t.false(listed.has(foreign.taskId));
  const twin = ledgerOf({ instance: 'solo', exclusive: false });
  t.is((await twin.start({ command: mine, step: 'call', leaseMs: 60_000 })).kind, 'running');
});

test('a command the database cannot store fails alone, not those of the same batch', async (t) => {
  const ledger = ledgerOf({ instance: 'batch', exclusive: false });
  const poison = commandOf({ action: { type: 'nul\0byte' } });
  const [before, failed, after] = await Promise.allSettled([
    ledger.start({ command: commandOf(), step: 'call', leaseMs: 1_000 }),
    ledger.start({ command: poison, step: 'call', leaseMs: 1_000 }),
    ledger.start({ command: commandOf(), step: 'call', leaseMs: 1_000 }),
  ]);
  t.is(before.status === 'fulfilled' && before.value.kind, 'started');
  t.is(after.status === 'fulfilled' && after.value.kind, 'started');
  t.true(failed.status === 'rejected' && failed.reason instanceof DatabaseError);
});

test('whoever publishes is woken after each commit that left a message, and the command is forgotten with the end', async (t) => {
  let kicks = 0;
  const ledger = ledgerOf({ instance: 'kick', exclusive: false }, () => {
    kicks += 1;
  });
  const command = commandOf();
  const answer = await ledger.start({ command, step: 'call', leaseMs: 60_000 });
  t.is(kicks, 0);
  if (answer.kind !== 'started') throw new Error(answer.kind);
  const event = { id: randomUUID(), type: 'task-succeeded.v1', groupId: command.requestId, dedupId: 'd', body: '{}' };
  await ledger.finish(answer.hold, { outcome: 'ok', evidence: { status: 201 }, tries: 1 }, event);
  t.is(kicks, 1);
  const [row] = await database.query<{ command: null; outcome: string; evidence: unknown }>({
    text: 'SELECT command, outcome, evidence FROM attempt WHERE task_id = $1',
    values: [command.taskId],
  });
  t.deepEqual(row, { command: null, outcome: 'ok', evidence: { status: 201 } });
});

test('of many that end at once, each is followed by its own next task, or ends as it may', async (t) => {
  const ledger = ledgerOf({ instance: 'follows', exclusive: false });
  const pairs = await Promise.all(
    Array.from({ length: 60 }, async (_, n) => {
      const first = commandOf();
      const hold = await started(ledger, first, n % 3 === 1 ? -1 : 60_000);
      const next = nextAfter(first);
      if (n % 3 === 1) await ledger.takeOver(hold, 60_000);
      if (n % 3 === 2) await ledger.cancel(cancellationOf(next));
      return { first, hold, next };
    }),
  );
  const answers = await Promise.all(pairs.map((pair) => follow(ledger, pair)));
  for (const [n, { answer }] of answers.entries()) {
    const { next } = pairs[n] ?? {};
    if (answer.kind === 'followed') t.is(answer.hold.key.taskId, next?.taskId ?? '');
    t.is<string, string>(answer.kind, ['followed', 'late', 'recorded'][n % 3] ?? '');
  }
  const messages = await database.query<{ id: string }>({
    text: "SELECT event_id AS id FROM outbox WHERE type = 'task-succeeded.v1' AND group_id = ANY ($1)",
    values: [pairs.map(({ first }) => first.requestId)],
  });
  const told = answers.filter(({ answer }) => answer.kind === 'recorded').map(({ event }) => event.id);
  t.deepEqual(messages.map(({ id }) => id).toSorted(), told.toSorted());
});

test('nothing begins behind a task that began long ago: its end is recorded and told', async (t) => {
  let kicks = 0;
  const ledger = ledgerOf({ instance: 'slow', exclusive: false }, () => {
    kicks += 1;
  });
  for (const [seconds, kind] of [
    [4, 'followed'],
    [6, 'recorded'],
  ] as const) {
    const pair = await pairOf(ledger);
    await database.query({
      text: 'UPDATE attempt SET started_at = now() - make_interval(secs => $2) WHERE task_id = $1',
      values: [pair.first.taskId, seconds],
    });
    const { answer } = await follow(ledger, pair);
    t.is(answer.kind, kind);
    t.is(kicks, kind === 'followed' ? 0 : 1);
    const next = await ledger.start({ command: pair.next, step: 'call', leaseMs: 60_000 });
    t.is(next.kind, kind === 'followed' ? 'running' : 'started');
  }
});
