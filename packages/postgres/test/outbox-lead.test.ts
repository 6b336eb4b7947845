import { setTimeout as sleep } from 'node:timers/promises';
import { createMemoryBus, createTopology, Relay } from '@pao/bus';
import { TransientError } from '@pao/kernel';
import test from 'ava';
import type { EmbeddedPostgres } from '../src/embedded/index.ts';
import { createOutboxReader } from '../src/index.ts';
import { bodiesOf, hasLeader, isEmpty, killLeader, message, read, until, write } from './outbox-rows.ts';
import { openMigrated, silent, startServer } from './server.ts';

// Of the readers of one outbox, in whatever process, one leads.

let server: EmbeddedPostgres;

test.before(async () => {
  server = await startServer();
});
test.after.always(() => server.stop());

test('one reader leads, and who lost the lead can read nothing', async (t) => {
  const database = await openMigrated(server.url);
  const [first, second] = [createOutboxReader(database), createOutboxReader(database)];
  t.true(await first.lead());
  t.false(await second.lead());
  t.true(await first.lead());
  t.is((await killLeader(database)).length, 1);
  await until(() => second.lead());
  await t.throwsAsync(read(first), { instanceOf: TransientError });
  t.false(await first.lead());
  t.deepEqual(await read(second), []);
  const freed = Promise.withResolvers<void>();
  first.onNotified(() => freed.resolve());
  await second.release();
  await freed.promise;
  t.true(await first.lead());
  await first.release();
  await database.close();
});

test('a leader that stands still loses the lead, and one that only has little to do keeps it', async (t) => {
  const database = await openMigrated(server.url);
  const silentMs = 2_000;
  const [first, second] = [createOutboxReader(database, { silentMs }), createOutboxReader(database, { silentMs })];
  t.true(await first.lead());
  await write(database, message('a', '1'));
  for (let looks = 0; looks < 6; looks += 1) {
    await sleep(500);
    t.is((await read(first)).length, 1);
    t.false(await second.lead());
  }
  await sleep(silentMs + 100);
  await until(() => second.lead());
  t.deepEqual(bodiesOf(await read(second)), ['1']);
  await t.throwsAsync(read(first), { instanceOf: TransientError });
  t.false(await first.lead());
  await Promise.all([first, second].map((reader) => reader.release()));
  await database.close();
});

test('a reader whose connection cannot be used opens another', async (t) => {
  const database = await openMigrated(server.url);
  const closed = async () => {
    const session = await database.openSession();
    await session.close();
    return session;
  };
  const mute = async () => {
    const session = await database.openSession();
    return { ...session, query: () => Promise.reject(new TransientError('no answer')) };
  };
  const kinds = [closed, mute];
  const reader = createOutboxReader({ ...database, openSession: () => (kinds.shift() ?? database.openSession)() });
  await t.throwsAsync(reader.lead(), { instanceOf: TransientError });
  await t.throwsAsync(reader.lead(), { instanceOf: TransientError });
  t.true(await reader.lead());
  await reader.release();
  await database.close();
});

test('readers of different schemas do not stand in each other’s way', async (t) => {
  const databases = await Promise.all([openMigrated(server.url), openMigrated(server.url)]);
  const readers = databases.map((database) => createOutboxReader(database));
  t.deepEqual(await Promise.all(readers.map((reader) => reader.lead())), [true, true]);
  await Promise.all(readers.map((reader) => reader.release()));
  await Promise.all(databases.map((database) => database.close()));
});

test('a kick where nobody leads reaches the leader, and another takes over what it leaves', async (t) => {
  const database = await openMigrated(server.url);
  const bus = createMemoryBus(createTopology());
  const relays = [1, 2].map(
    () => new Relay({ outbox: createOutboxReader(database), publisher: bus, logger: silent, pollMs: 600_000 }),
  );
  const [leader, other] = relays;
  leader?.start();
  await until(() => hasLeader(database));
  other?.start();
  await sleep(50);
  await write(database, message('a', '1'));
  other?.kick();
  await until(isEmpty(database));
  await write(database, message('a', '2'));
  await leader?.stop();
  await until(isEmpty(database));
  t.is((await bus.depth('tasks-default')).waiting, 2);
  await other?.stop();
  await database.close();
});
