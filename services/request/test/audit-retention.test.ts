import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compareAnchors } from '@pao/contracts';
import { openDatabase } from '@pao/postgres';
import { testDatabase } from '@pao/testkit';
import test, { type ExecutionContext } from 'ava';
import { createPostgresAuditReader } from '../src/adapters/postgres/audit-reader.ts';
import { createPostgresCatalogStore } from '../src/adapters/postgres/catalog-store.ts';
import { createPostgresEndedRequests } from '../src/adapters/postgres/ended-requests.ts';
import { createPostgresRequestStore } from '../src/adapters/postgres/request-store.ts';
import { anchorAudit } from '../src/core/use-cases/anchor-audit.ts';
import { verifyAudit } from '../src/core/use-cases/verify-audit.ts';
import { anItem, aPublication } from './documents.ts';
import { aRequest, aTask, sha256, uuid } from './given.ts';
import { submission } from './request-store.contract.ts';

const schema = 'pao_request';
const command = new URL('../src/audit-retention.ts', import.meta.url).pathname;
const [YOUNG, OLD, ACTIVE] = [uuid(1001), uuid(1002), uuid(1003)];

/** Two removed requests, the audit of one 500 days old, and one that is still there with an audit just as old. */
const setup = async (t: ExecutionContext) => {
  const url = await testDatabase({ schema, migrations: new URL('../migrations/', import.meta.url) });
  const database = openDatabase({ url, schema, applicationName: 'test', maxConnections: 2 });
  const folder = await mkdtemp(join(tmpdir(), 'pao-'));
  t.teardown(async () => {
    await database.close();
    await rm(folder, { recursive: true });
  });
  await createPostgresCatalogStore(database).publish(aPublication(anItem()));
  const store = createPostgresRequestStore(database);
  for (const [n, id] of [YOUNG, OLD, ACTIVE].entries()) {
    const tasks = [aTask({ id: uuid(500 + n), status: id === ACTIVE ? 'processing' : 'completed' })];
    const { requests, ...rest } = submission([{ ...aRequest(tasks), id, submissionId: uuid(2_000 + n) }]);
    await store.submit({ ...rest, id: uuid(2_000 + n), requests });
  }
  const tamper = async (text: string) =>
    database.transaction(async (tx) => {
      await tx.query({ text: 'ALTER TABLE audit DISABLE TRIGGER audit_is_append_only' });
      await tx.query({ text });
      await tx.query({ text: 'ALTER TABLE audit ENABLE TRIGGER audit_is_append_only' });
    });
  await tamper(
    `UPDATE audit SET recorded_at = now() - make_interval(days => CASE request_id WHEN '${YOUNG}' THEN 10 ELSE 500 END)`,
  );
  await database.query({ text: "UPDATE request_states SET updated_at = now() - interval '500 days'" });
  const limits = { completed: new Date(), aborted: new Date(), failed: new Date() };
  await createPostgresEndedRequests(database).removeNext({ after: undefined, limits, most: 10 });
  const dependencies = { auditReader: createPostgresAuditReader(database), digest: sha256 };
  const file = join(folder, 'anchor.json');
  const keep = async (content: unknown) => writeFile(file, JSON.stringify(content));
  const run = (...args: string[]) =>
    new Promise<{ code: number; out: string; err: string }>((resolve) => {
      const env = { ...process.env, DATABASE_URL: url };
      execFile(process.execPath, [command, '--anchor', file, ...args], { env }, (error, out, err) =>
        resolve({ code: Number(error?.code ?? 0), out, err }),
      );
    });
  const left = async () => {
    const rows = await database.query<{ id: string }>({
      text: 'SELECT DISTINCT request_id AS id FROM audit ORDER BY 1',
    });
    return rows.map(({ id }) => id);
  };
  return { run, keep, left, tamper, dependencies, anchor: await anchorAudit(dependencies)('default') };
};

test('old audit of removed requests goes by the owner’s command; what is left verifies and fits the anchor', async (t) => {
  const { run, keep, left, dependencies, anchor } = await setup(t);
  await keep(anchor);
  const { code, out } = await run('--older-than-days', '400');
  t.deepEqual([code, out], [0, 'removed 1 rows of 1 requests\n']);
  t.deepEqual(await left(), [YOUNG, ACTIVE]);
  const chains = await verifyAudit(dependencies)('default', { limit: 10 });
  t.deepEqual(
    chains.map(({ requestId, finding }) => [requestId, finding]),
    [
      [YOUNG, undefined],
      [ACTIVE, undefined],
    ],
  );
  t.deepEqual(compareAnchors(anchor, await anchorAudit(dependencies)('default', new Date(anchor.upTo))), []);
  t.is((await run()).out, 'removed 0 rows of 0 requests\n');
});

test('without an anchor that is whole and that the audit fits, nothing is removed', async (t) => {
  const { run, keep, left, anchor, tamper } = await setup(t);
  const nothing = await run();
  t.is(nothing.code, 2);
  t.regex(nothing.err, /cannot read/);
  await keep({ ...anchor, rows: 99 });
  t.regex((await run()).err, /not as it was made; nothing was removed/);
  await keep({ some: 'thing' });
  t.regex((await run()).err, /is not an anchor/);
  await keep(anchor);
  t.regex((await run('--older-than-days', '1')).err, /at least 30/);
  await tamper(`UPDATE audit SET hash = sha256('x') WHERE request_id = '${OLD}'`);
  t.regex((await run()).err, /not as it was anchored; nothing was removed/);
  t.is((await left()).length, 3);
});

test('a chain that was altered stays as evidence', async (t) => {
  const { run, keep, left, anchor, tamper } = await setup(t);
  await tamper(`UPDATE audit SET actor = 'x' WHERE request_id = '${OLD}'`);
  await keep(anchor);
  const { code, err } = await run();
  t.is(code, 1);
  t.regex(err, new RegExp(`kept, since it is not whole: ${OLD}`));
  t.is((await left()).length, 3);
});
