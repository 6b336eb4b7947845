import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { DatabaseError, migrate, openDatabase } from '@pao/postgres';
import { openJobs } from '@pao/postgres/jobs';
import { testDatabase } from '@pao/testkit';
import test from 'ava';
import { createPostgresAuditReader } from '../src/adapters/postgres/audit-reader.ts';
import { createPostgresCatalogStore } from '../src/adapters/postgres/catalog-store.ts';
import { createPostgresEndedRequests } from '../src/adapters/postgres/ended-requests.ts';
import { createPostgresRequestReader } from '../src/adapters/postgres/request-reader.ts';
import { createPostgresRequestStore } from '../src/adapters/postgres/request-store.ts';
import { advance, begin } from '../src/core/domain/audit.ts';
import { decide } from '../src/core/domain/decide.ts';
import { anItem, aPublication } from './documents.ts';
import { aRecording, aRequest, aTask, commandOf, okValue, required, uuid } from './given.ts';
import { submission } from './request-store.contract.ts';
import { eventually } from './running-service.ts';

const schema = 'pao_request';
const migrations = new URL('../migrations/', import.meta.url);

test('under its own role the service does all its work, and can’t touch what is in the audit', async (t) => {
  const owner = await testDatabase({ schema, migrations });
  // Roles belong to the whole server: this one has a name of its own, and ends with the test.
  const role = `service_${randomBytes(6).toString('hex')}`;
  const script = await readFile(new URL('../../../infra/postgres/request-service-role.sql', import.meta.url), 'utf8');
  const admin = openDatabase({ url: owner, schema, applicationName: 'test', maxConnections: 1 });
  await admin.query({ text: script.replaceAll('pao_request_service', role) });
  await admin.query({ text: `ALTER ROLE ${role} PASSWORD 'x'` });
  const url = new URL(owner);
  [url.username, url.password] = [role, 'x'];
  await migrate({ url: url.href, schema, directory: migrations, logger: { info: () => t.fail() } });
  const database = openDatabase({ url: url.href, schema, applicationName: 'test', maxConnections: 2 });
  t.teardown(async () => {
    await database.close();
    await admin.query({ text: `DROP OWNED BY ${role}` });
    await admin.query({ text: `DROP ROLE ${role}` });
    await admin.close();
  });

  await createPostgresCatalogStore(database).publish(aPublication(anItem()));
  const store = createPostgresRequestStore(database);
  t.is(await store.submit(submission([aRequest([aTask({ status: 'queued' })])])), 'stored');
  const before = required(await store.find(uuid(1000)));
  const events = okValue(decide(before, commandOf('complete', before.tasks[0])));
  t.is(await store.save(uuid(1), before, { ...advance(begin(before), events, aRecording), messages: [] }), 'saved');
  t.is(
    (await createPostgresRequestReader(database).list({ tenantId: 'default', limit: 1, sort: '-createdAt' })).length,
    1,
  );
  t.true((await createPostgresAuditReader(database).settledUntil()) < new Date());

  const { removeNext } = createPostgresEndedRequests(database);
  const limits = { completed: new Date(), aborted: new Date(), failed: new Date() };
  await admin.query({ text: "UPDATE request_states SET updated_at = now() - interval '2 days'" });
  t.is((await removeNext({ after: undefined, limits, most: 10 })).removed, 1);

  const logger = { debug: () => undefined, warn: (_: object, message: string) => t.fail(message) };
  const job = { name: 'a-job', cron: '* * * * *', run: async () => undefined };
  const jobs = openJobs({ url: url.href, schema, logger, jobs: [job] });
  jobs.start();
  const schedules = {
    text: "SELECT 1 FROM pg_tables WHERE schemaname = 'pao_request_jobs' AND tablename = 'schedule'",
  };
  await eventually(
    () => admin.query(schedules),
    ({ length }) => length > 0,
  );
  const named = { text: 'SELECT name FROM pao_request_jobs.schedule' };
  await eventually(
    () => admin.query(named),
    ({ length }) => length > 0,
  );
  await jobs.stop();

  for (const text of [
    "UPDATE audit SET actor = 'x'",
    'DELETE FROM audit',
    'TRUNCATE audit',
    'ALTER TABLE audit DISABLE TRIGGER audit_is_append_only',
    'DROP TRIGGER audit_is_append_only ON audit',
    'SET session_replication_role = replica',
    'DROP TABLE audit',
    'DELETE FROM requests',
    'DELETE FROM request_states',
    'DELETE FROM migrations',
    'UPDATE removed_requests SET audit_removed_at = now()',
    'DELETE FROM removed_requests',
  ]) {
    const error = await t.throwsAsync<DatabaseError>(database.query({ text }), { instanceOf: DatabaseError }, text);
    t.is(error?.code, '42501', text);
  }
});
