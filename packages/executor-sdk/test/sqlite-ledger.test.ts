import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { SqliteDatabase } from '../src/adapters/sqlite/database.ts';
import { createSqliteLedger } from '../src/adapters/sqlite/ledger.ts';
import { createSqliteOutbox } from '../src/adapters/sqlite/outbox.ts';
import { endedEvent } from '../src/core/domain/task-events.ts';
import { commandOf, newId } from '../src/testing/commands.ts';
import { attemptLedgerContract } from './attempt-ledger.contract.ts';
import { parkOf } from './step-ledger.contract.ts';

const folder = mkdtempSync(join(tmpdir(), 'pao-sqlite-'));
test.after.always(() => rmSync(folder, { recursive: true, force: true }));

const fileOf = (name: string): string => join(folder, `${name}.db`);

const opened = async (name: string) => {
  const database = await SqliteDatabase.open(fileOf(name));
  return { database, ...createSqliteLedger({ database, onMessages: () => {} }) };
};

const contract = await opened('contract');
test.after.always(() => contract.database.close());

interface Row {
  readonly id: string;
  readonly type: string;
  readonly dedupId: string;
  readonly body: string;
}

const messagesOf = (requestId: string): readonly Row[] =>
  contract.database.all<Row>(
    'SELECT event_id AS id, type, dedup_id AS dedupId, body FROM outbox WHERE group_id = ? ORDER BY position',
    requestId,
  );

const storedEvents = async (requestId: string) => messagesOf(requestId).map(({ type }) => type);

attemptLedgerContract(async () => ({
  ...contract,
  storedEvents,
  storedMessages: async (requestId) => messagesOf(requestId),
  lateResult: async (command) => {
    const [row] = contract.database.all<{ readonly late: string | null }>(
      "SELECT document ->> 'late' AS late FROM attempt WHERE task_id = ?",
      command.taskId,
    );
    return row === undefined || row.late === null ? undefined : (JSON.parse(row.late) as unknown);
  },
}));

test('a second executor on the same file is refused with a word on what to do', async (t) => {
  const one = await opened('locked');
  await t.throwsAsync(SqliteDatabase.open(fileOf('locked')), { message: /in use by another executor.*PostgreSQL/ });
  await one.database.close();
  const next = await opened('locked');
  await next.database.close();
});

test('what was recorded is there when the file is opened again, and what was open is in doubt at once', async (t) => {
  const [open, ended, parked] = [commandOf(), commandOf(), commandOf()];
  const before = await opened('again');
  await before.ledger.start({ command: open, step: 'call', leaseMs: 60_000 });
  const started = await before.ledger.start({ command: ended, step: 'call', leaseMs: 60_000 });
  const waiting = await before.ledger.start({ command: parked, step: 'call', leaseMs: 60_000 });
  if (started.kind !== 'started' || waiting.kind !== 'started') throw new Error('not started');
  const at = new Date();
  const ending = { kind: 'ok', result: {}, offered: {}, evidence: {} } as const;
  const end = { outcome: 'ok', evidence: {}, tries: 1 } as const;
  await before.ledger.finish(started.hold, end, endedEvent(ended, ending, {}, { id: newId(), startedAt: at, at }));
  await before.steps.park(waiting.hold, end, parkOf(parked, 0, { kind: 'check', afterMs: 1_000 }));
  await before.database.close();

  const after = await opened('again');
  t.teardown(() => after.database.close());
  t.is((await after.ledger.start({ command: open, step: 'call', leaseMs: 60_000 })).kind, 'in-doubt');
  t.is((await after.ledger.start({ command: ended, step: 'call', leaseMs: 60_000 })).kind, 'ended');
  const [due] = await after.parked.claimDue(10, 60_000);
  t.like(due, { command: { taskId: parked.taskId }, park: { kind: 'check' } });
  t.true(due?.until instanceof Date && due.startedAt instanceof Date);
});

test('the outbox gives rows in order, leaves lanes out, and forgets what was published', async (t) => {
  const { database, notices } = await opened('outbox');
  t.teardown(() => database.close());
  const outbox = createSqliteOutbox(database);
  const tell = (groupId: string) => {
    const id = newId();
    return notices.tell({ id, type: 'task-started.v1', groupId, dedupId: id, body: '{}' }).then(() => id);
  };
  const [first, second, third] = [await tell('a'), await tell('b'), await tell('a')];
  const idsOf = async (request: Partial<Parameters<typeof outbox.next>[0]>) =>
    (await outbox.next({ published: [], limit: 10, except: [], ...request })).map(({ id }) => id);
  t.deepEqual(await idsOf({}), [first, second, third]);
  t.deepEqual(await idsOf({ except: [{ destination: 'topic:task-events', groupId: 'a' }] }), [second]);
  t.deepEqual(await idsOf({ except: [{ destination: 'topic:task-events', groupId: '*' }] }), []);
  t.deepEqual(await idsOf({ limit: 2 }), [first, second]);
  t.deepEqual(await idsOf({ published: [first, second] }), [third]);
});

test('work that fails takes back its own writes and nothing of the others in the same moment', async (t) => {
  const { database } = await opened('savepoints');
  t.teardown(() => database.close());
  const insert = (name: string) =>
    database.run(
      "INSERT INTO attempt (name, task_id, open, lease_until, document) VALUES (?, ?, 1, 0, '{}')",
      name,
      name,
    );
  const results = await Promise.allSettled([
    database.transact(() => insert('one')),
    database.transact(() => {
      insert('two');
      throw new Error('no');
    }),
    database.transact(() => insert('three')),
  ]);
  t.deepEqual(
    results.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled'],
  );
  const names = database.all<{ readonly name: string }>('SELECT name FROM attempt ORDER BY name');
  t.deepEqual(
    names.map(({ name }) => name),
    ['one', 'three'],
  );
});
