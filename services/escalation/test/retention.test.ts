import { type Database, openDatabase } from '@pao/postgres';
import { testDatabase } from '@pao/testkit';
import test, { type ExecutionContext } from 'ava';
import { removeEnded } from '../src/adapters/postgres/remove-ended.ts';
import { newId } from './given.ts';

const migrations = new URL('../migrations/', import.meta.url);

const open = async (t: ExecutionContext): Promise<Database> => {
  const url = await testDatabase({ schema: 'pao_escalation', migrations });
  const database = openDatabase({ url, schema: 'pao_escalation', applicationName: 'retention-test' });
  t.teardown(() => database.close());
  return database;
};

/** So that ids of today are old enough to be looked at. */
const inTwoYears = (): Date => new Date(Date.now() + 730 * 86_400_000);
const LONG_AGO = new Date('2020-01-01T00:00:00Z');

interface Stop {
  readonly requestId?: string;
  readonly closedBy?: string | null;
  readonly closedAt?: Date;
  readonly incidentId?: string;
}

const stop = async (database: Database, { requestId = newId(), closedBy = null, ...rest }: Stop): Promise<string> => {
  const { closedAt = LONG_AGO, incidentId = null } = rest;
  await database.query({
    text: `INSERT INTO escalations (id, tenant_id, request_id, task_id, generation, status, closed_by, closed_at, catalog_id,
      catalog_version, name, requested_by, correlation_id, task, failure, completed_tasks, total_tasks, failed_at, incident_id)
    VALUES ($1, 'default', $2, $3, 1, $4, $5, $6, 'c', '1', 'n', 'r', 'c', '{}', '{}', 0, 1, $7, $8)`,
    values: [
      ...[newId(), requestId, newId(), closedBy === null ? 'open' : 'closed', closedBy],
      ...[closedBy === null ? null : closedAt, LONG_AGO, incidentId],
    ],
  });
  return requestId;
};

const failure = (database: Database, requestId: string, settledAt: Date | null) =>
  database.query({
    text: `INSERT INTO task_failures (event_id, tenant_id, request_id, task_id, generation, kind, failure, detected_at, settled_at)
    VALUES ($1, 'default', $2, $3, 1, 'failed', '{}', $4, $5)`,
    values: [newId(), requestId, newId(), LONG_AGO, settledAt],
  });

const handover = async (database: Database, requestId: string, status: string, dueAt: Date | null = null) => {
  const taskId = newId();
  await database.query({
    text: `INSERT INTO handovers (request_id, tenant_id, correlation_id, round, status, snapshot, due_at, created_at)
    VALUES ($1, 'default', 'c', 1, $2, '{}', $3, $4)`,
    values: [requestId, status, dueAt, LONG_AGO],
  });
  await database.query({
    text: `INSERT INTO tickets (request_id, task_id, generation, state, ticket) VALUES ($1, $2, 1, 'settled', '{}')`,
    values: [requestId, taskId],
  });
  await database.query({
    text: `INSERT INTO ticket_steps (request_id, task_id, generation, step, state, tries, probes, fence, detail)
    VALUES ($1, $2, 1, 'create', 'done', 1, 0, 1, '{}')`,
    values: [requestId, taskId],
  });
};

interface Letter {
  readonly type?: string;
  readonly status?: string;
  readonly requestId?: string;
  readonly endedBy?: string;
  readonly daysAgo?: number;
}

const letter = async (database: Database, { type = 'task-failed.v1', status = 'parked', ...rest }: Letter) => {
  const { requestId = null, endedBy = null, daysAgo = 500 } = rest;
  const id = newId();
  await database.query({
    text: `INSERT INTO dead_letters (id, queue, message_id, type, group_id, dedup_id, receive_count, sent_at, body, bytes, reason, request_id,
      ended_by, status, parked_at) VALUES ($1, 'q', $2, $3, 'g', 'd', 1, now(), '', 0, 'r', $4, $5, $6, $7)`,
    values: [id, id, type, requestId, endedBy, status, new Date(inTwoYears().getTime() - daysAgo * 86_400_000)],
  });
  await database.query({
    text: `INSERT INTO dead_letter_changes (letter_id, change) VALUES ($1, 'parked')`,
    values: [id],
  });
  return id;
};

const ids = async (database: Database, column: string, table: string): Promise<readonly string[]> => {
  const rows = await database.query<{ id: string }>({
    text: `SELECT DISTINCT ${column} AS id FROM ${table} ORDER BY 1`,
  });
  return rows.map(({ id }) => id);
};

const TABLES = ['escalations', 'task_failures', 'handovers', 'tickets', 'ticket_steps', 'dead_letters'];

test('a request that ended long ago goes with all that is known of it', async (t) => {
  const database = await open(t);
  for (const closedBy of ['request-completed', 'request-aborted', 'request-completed']) {
    const requestId = await stop(database, { closedBy: 'request-retried' });
    await stop(database, { requestId, closedBy });
    await failure(database, requestId, LONG_AGO);
    await handover(database, requestId, 'ended');
    await letter(database, { requestId, status: 'parked' });
  }
  const removed = await removeEnded(database, { days: 400, atOnce: 2, now: inTwoYears });
  t.deepEqual(removed, { requests: 3, letters: 0, incidents: 0 });
  for (const table of TABLES) t.deepEqual(await ids(database, 'request_id', table), []);
  t.deepEqual(await ids(database, 'letter_id', 'dead_letter_changes'), []);
});

test('what waits for somebody stays, and so does what ended a while ago only', async (t) => {
  const database = await open(t);
  const recently = new Date(inTwoYears().getTime() - 399 * 86_400_000);
  const waiting = await stop(database, {});
  const retried = await stop(database, { closedBy: 'request-retried' });
  const young = await stop(database, { closedBy: 'request-completed', closedAt: recently });
  const unsettled = await stop(database, { closedBy: 'request-completed' });
  await failure(database, unsettled, null);
  const withPeople = await stop(database, { closedBy: 'request-completed' });
  await handover(database, withPeople, 'opened');
  const due = await stop(database, { closedBy: 'request-aborted' });
  await handover(database, due, 'ended', new Date());
  t.is((await removeEnded(database, { days: 400, now: inTwoYears })).requests, 0);
  const all = [waiting, retried, young, unsettled, withPeople, due].toSorted();
  t.deepEqual(await ids(database, 'request_id', 'escalations'), all);
});

test('a request that is younger than the limit is not even looked at', async (t) => {
  const database = await open(t);
  await stop(database, { closedBy: 'request-completed' });
  t.is((await removeEnded(database, { days: 400 })).requests, 0);
});

test('letters go that somebody decided about or whose request is over, and a command after half a year at most', async (t) => {
  const database = await open(t);
  const kept = [
    await letter(database, {}),
    await letter(database, { status: 'discarded', daysAgo: 399 }),
    await letter(database, { type: 'execute-task.v1', daysAgo: 179 }),
  ];
  for (const one of [{ status: 'redriven' }, { status: 'discarded' }, { endedBy: 'request-aborted' }])
    await letter(database, one);
  await letter(database, { type: 'execute-task.v1', daysAgo: 181 });
  t.is((await removeEnded(database, { days: 400, atOnce: 1, now: inTwoYears })).letters, 4);
  t.deepEqual(await ids(database, 'id', 'dead_letters'), kept.toSorted());
  t.deepEqual(await ids(database, 'letter_id', 'dead_letter_changes'), kept.toSorted());
});

const incident = async (database: Database, status: string): Promise<string> => {
  const id = newId();
  await database.query({
    text: `INSERT INTO incidents (id, tenant_id, catalog_id, action_id, failure_code, target_host, status, stops, first_at, last_at, closed_at)
    VALUES ($1, 'default', 'c', 'a', $5, '', $2, 2, $3, $3, $4)`,
    values: [id, status, LONG_AGO, status === 'closed' ? LONG_AGO : null, id],
  });
  return id;
};

test('an incident that was closed goes once none of its requests is left', async (t) => {
  const database = await open(t);
  const kept = [await incident(database, 'closed'), await incident(database, 'open')];
  await stop(database, { incidentId: kept[0] ?? '' });
  await stop(database, { incidentId: await incident(database, 'closed'), closedBy: 'request-completed' });
  t.is((await removeEnded(database, { days: 400, now: inTwoYears })).incidents, 1);
  t.deepEqual(await ids(database, 'id', 'incidents'), kept.toSorted());
});
