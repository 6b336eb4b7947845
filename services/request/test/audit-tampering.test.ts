import { compareAnchors } from '@pao/contracts';
import type { Database } from '@pao/postgres';
import test from 'ava';
import { advance, begin } from '../src/core/domain/audit.ts';
import { decide } from '../src/core/domain/decide.ts';
import { anchorAudit } from '../src/core/use-cases/anchor-audit.ts';
import { verifyAudit } from '../src/core/use-cases/verify-audit.ts';
import { anItem, aPublication } from './documents.ts';
import { aChain, aRecording, aRequest, commandOf, okValue, required, sha256, uuid } from './given.ts';
import { submission } from './request-store.contract.ts';
import { closeStores, openStores } from './stores.ts';

test.after.always(closeStores);

const ID = uuid(1000);
const HEAD_HASH = `(SELECT hash FROM audit WHERE request_id = '${ID}' ORDER BY sequence DESC LIMIT 1)`;

/** One request with several rows, all recorded an hour ago, and someone who may do anything to the database. */
const setup = async () => {
  const stores = await openStores();
  await stores.catalog.publish(aPublication(anItem()));
  const tasks = aChain(4).map((task) => ({ ...task, id: uuid(500 + task.position), status: 'queued' as const }));
  await stores.store.submit(submission([aRequest(tasks)]));
  for (const position of [1, 2, 3]) {
    const before = required(await stores.store.find(ID));
    const events = okValue(decide(before, commandOf('complete', before.tasks[position - 1])));
    const next = { ...advance(begin(before), events, aRecording), messages: [] };
    await stores.store.save(uuid(600 + position), before, next);
  }
  const { tamper } = asSuperuser(stores.database);
  await tamper(`UPDATE audit SET recorded_at = now() - interval '1 hour'`);
  return { ...stores, tamper, dependencies: { auditReader: stores.auditReader, digest: sha256 } };
};

const asSuperuser = (database: Database) => ({
  tamper: async (...statements: readonly string[]): Promise<void> => {
    await database.transaction(async (tx) => {
      await tx.query({ text: 'ALTER TABLE audit DISABLE TRIGGER audit_is_append_only' });
      for (const text of statements) await tx.query({ text });
      await tx.query({ text: 'ALTER TABLE audit ENABLE TRIGGER audit_is_append_only' });
    });
  },
});

const row = (sequence: number): string => `request_id = '${ID}' AND sequence = ${sequence}`;

const KINDS: readonly { readonly what: string; readonly statements: readonly string[]; readonly found: string }[] = [
  { what: 'an actor is altered', statements: [`UPDATE audit SET actor = 'x' WHERE ${row(2)}`], found: 'hash 2' },
  {
    what: 'a time is altered',
    statements: [`UPDATE audit SET at = at + interval '1 ms' WHERE ${row(1)}`],
    found: 'hash 1',
  },
  { what: 'a reason is put in', statements: [`UPDATE audit SET reason = 'x' WHERE ${row(3)}`], found: 'hash 3' },
  { what: 'a hash is altered', statements: [`UPDATE audit SET hash = sha256('x') WHERE ${row(2)}`], found: 'hash 2' },
  { what: 'a row in the middle is removed', statements: [`DELETE FROM audit WHERE ${row(2)}`], found: 'gap 2' },
  { what: 'the first row is removed', statements: [`DELETE FROM audit WHERE ${row(1)}`], found: 'gap 1' },
  {
    what: 'the tail is cut off',
    statements: [`DELETE FROM audit WHERE request_id = '${ID}' AND sequence > 1`],
    found: 'cut-off 2',
  },
  { what: 'all rows are removed', statements: ['DELETE FROM audit'], found: 'cut-off 1' },
  {
    what: 'two rows change places',
    statements: [
      `UPDATE audit SET sequence = 99 WHERE ${row(2)}`,
      `UPDATE audit SET sequence = 2 WHERE ${row(3)}`,
      `UPDATE audit SET sequence = 3 WHERE ${row(99)}`,
    ],
    found: 'hash 2',
  },
  {
    what: 'a row is put before the first',
    statements: [
      `INSERT INTO audit SELECT (json_populate_record(a, '{"sequence": 0}')).* FROM audit a WHERE ${row(1)}`,
    ],
    found: 'order 0',
  },
  { what: 'the end is forgotten', statements: ['DELETE FROM request_states'], found: 'head' },
];

for (const { what, statements, found } of KINDS) {
  test(`${what}: the first bad row is named`, async (t) => {
    const { dependencies, tamper } = await setup();
    const [whole] = await verifyAudit(dependencies)('default', { limit: 10 });
    t.is(whole?.finding, undefined);
    t.true(required(whole).rows >= 4);
    await tamper(...statements);
    const [chain] = await verifyAudit(dependencies)('default', { limit: 10 });
    const { problem, sequence, requestId } = required(chain?.finding);
    t.true(`${problem} ${sequence}`.startsWith(found), `${problem} ${sequence}`);
    t.is(requestId, ID);
  });
}

test('a tail that is cut off together with the request’s own note of it is found by an anchor', async (t) => {
  const { dependencies, tamper } = await setup();
  const kept = await anchorAudit(dependencies)('default');
  t.true(kept.rows >= 3 && kept.requests === 1);
  await tamper(
    `DELETE FROM audit WHERE request_id = '${ID}' AND sequence > 2`,
    `UPDATE request_states SET audit_sequence = 2, audit_hash = ${HEAD_HASH}`,
  );
  const [chain] = await verifyAudit(dependencies)('default', { limit: 10 });
  t.is(chain?.finding, undefined);
  const now = await anchorAudit(dependencies)('default', new Date(kept.upTo));
  t.regex(
    compareAnchors(kept, now).join(),
    /^requests whose id ends in 0: 1 with \d rows were anchored, 1 with 2 rows/,
  );
});

test('a request that is gone without a trace is found by an anchor', async (t) => {
  const { dependencies, tamper } = await setup();
  const kept = await anchorAudit(dependencies)('default');
  await tamper('DELETE FROM audit', 'DELETE FROM request_states', 'DELETE FROM requests');
  const now = await anchorAudit(dependencies)('default', new Date(kept.upTo));
  t.is(compareAnchors(kept, now).length, 1);
});

test('what happens after an anchor does not trouble it, and another tenant’s rows are not in it', async (t) => {
  const { dependencies, store, tamper } = await setup();
  const kept = await anchorAudit(dependencies)('default');
  const later = submission([{ ...aRequest(), id: uuid(1001), submissionId: uuid(2001) }]);
  await store.submit({ ...later, id: uuid(2001) });
  await tamper();
  t.deepEqual(await anchorAudit(dependencies)('default', new Date(kept.upTo)), kept);
  t.is((await anchorAudit(dependencies)('other')).requests, 0);
});
