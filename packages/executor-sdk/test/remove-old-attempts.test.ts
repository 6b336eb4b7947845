import { randomUUID } from 'node:crypto';
import { createUuidV7 } from '@pao/kernel';
import { openDatabase } from '@pao/postgres';
import { testDatabase } from '@pao/testkit';
import test from 'ava';
import { createPostgresAttemptLedger } from '../src/adapters/postgres/attempt-ledger.ts';
import { removeOldAttempts } from '../src/adapters/postgres/remove-old-attempts.ts';
import { createPostgresStepLedger } from '../src/adapters/postgres/step-ledger.ts';
import { endedEvent } from '../src/core/domain/task-events.ts';
import { commandOf, newId } from '../src/testing/commands.ts';
import { parkOf } from './step-ledger.contract.ts';

const url = await testDatabase({ schema: 'pao_executor', migrations: new URL('../migrations/', import.meta.url) });
const database = openDatabase({ url, schema: 'pao_executor', applicationName: 'executor-test', maxConnections: 6 });
test.after.always(() => database.close());

const options = { database, owner: { instance: 'one', exclusive: false, bootId: randomUUID() }, onMessages: () => {} };
const ledger = createPostgresAttemptLedger(options);
const steps = createPostgresStepLedger(options);

const DAY = 86_400_000;
const idOf = (daysAgo: number): string =>
  createUuidV7(
    () => Date.now() - daysAgo * DAY,
    (count) => crypto.getRandomValues(new Uint8Array(count)),
  )();

const END = { outcome: 'ok', evidence: {}, tries: 1 } as const;

const hold = async (command = commandOf()) => {
  const answer = await ledger.start({ command, step: 'call', leaseMs: 60_000 });
  if (answer.kind !== 'started') throw new Error(`not started: ${answer.kind}`);
  return { command, hold: answer.hold };
};

const ended = async (taskId: string, generation = 1): Promise<string> => {
  const { command, hold: held } = await hold(commandOf({ taskId, generation }));
  const [id, at] = [newId(), new Date()];
  const ending = { kind: 'ok', result: {}, offered: {}, evidence: {} } as const;
  await ledger.finish(held, END, endedEvent(command, ending, {}, { id, startedAt: at, at }));
  return taskId;
};

/** As if what is known of the task had happened so long ago. */
const age = (taskId: string, days: number, generation = 1) =>
  database.query({
    text: `UPDATE attempt SET started_at = started_at - make_interval(days => $3), finished_at = finished_at - make_interval(days => $3)
    WHERE task_id = $1 AND generation = $2`,
    values: [taskId, generation, days],
  });

const left = async (): Promise<readonly string[]> => {
  const rows = await database.query<{ row: string }>({
    text: `SELECT task_id || '/' || generation AS row FROM attempt ORDER BY task_id, generation`,
  });
  return rows.map(({ row }) => row);
};

test.beforeEach(() => database.query({ text: 'TRUNCATE attempt, parked_task' }));

test.serial('what ended long ago is removed, however many there are, and what is younger stays', async (t) => {
  const old = await Promise.all(Array.from({ length: 25 }, (_, n) => ended(idOf(500 + n))));
  await Promise.all(old.map((id) => age(id, 450)));
  const young = await ended(idOf(500));
  await age(young, 399);
  t.is(await removeOldAttempts(database, { olderThanDays: 400, atOnce: 10 }), 25);
  t.deepEqual(await left(), [`${young}/1`]);
});

test.serial('a task of which the newest generation is young keeps all of them', async (t) => {
  const id = idOf(900);
  await ended(id, 1);
  await ended(id, 2);
  await age(id, 800, 1);
  t.is(await removeOldAttempts(database, { olderThanDays: 400 }), 0);
  await age(id, 401, 2);
  t.is(await removeOldAttempts(database, { olderThanDays: 400 }), 2);
});

test.serial('what is open or parked stays, whatever its age', async (t) => {
  const open = idOf(900);
  await hold(commandOf({ taskId: open }));
  await age(open, 800);
  const { command, hold: held } = await hold(commandOf({ taskId: idOf(901) }));
  await steps.park(held, END, parkOf(command, 3_600_000));
  await age(command.taskId, 800);
  t.is(await removeOldAttempts(database, { olderThanDays: 400 }), 0);
  t.is((await left()).length, 2);
  await database.query({ text: 'DELETE FROM parked_task' });
  t.is(await removeOldAttempts(database, { olderThanDays: 400 }), 1);
});

test.serial('a run that is stopped ends after the step under way', async (t) => {
  const old = await Promise.all([1, 2, 3].map((n) => ended(idOf(500 + n))));
  await Promise.all(old.map((id) => age(id, 450)));
  const signal = AbortSignal.abort();
  t.is(await removeOldAttempts(database, { olderThanDays: 400, signal }), 0);
});
