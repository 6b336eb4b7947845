import test from 'ava';
import { FIND, SAVE, SUBMIT } from '../src/adapters/postgres/request-statements.ts';
import { advance, begin } from '../src/core/domain/audit.ts';
import { decide } from '../src/core/domain/decide.ts';
import { anItem, aPublication } from './documents.ts';
import { AT, aRecording, aRequest, aTask, commandOf, okValue, required, uuid } from './given.ts';
import { submission } from './request-store.contract.ts';
import { closeStores, openStores } from './stores.ts';

test.after.always(closeStores);

for (const { name, text } of [SUBMIT, FIND, SAVE]) {
  test(`${name} looks up by index alone, even when it is planned while all tables are empty`, async (t) => {
    const { database } = await openStores();
    const rows = await database.query<{ 'QUERY PLAN': string }>({ text: `EXPLAIN (GENERIC_PLAN, COSTS OFF) ${text}` });
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    t.regex(plan, /Scan/);
    t.notRegex(plan, /Seq Scan/, plan);
  });
}

test('the statements of a request are planned once, not at each call', async (t) => {
  const { store, catalog, database } = await openStores({ maxConnections: 1 });
  await catalog.publish(aPublication(anItem()));
  for (let n = 1; n <= 30; n += 1) {
    // Batches of different sizes: what one call has to write must not decide on the plan.
    const requests = Array.from({ length: 1 + (n % 3) }, (_, k) => ({
      ...aRequest([aTask({ id: uuid(n * 100 + k), status: 'queued', queuedAt: AT })]),
      id: uuid(n * 100 + 10 + k),
      submissionId: uuid(n * 100 + 20 + k),
    }));
    await Promise.all(requests.map((request) => store.submit(submission([request]))));
    const found = await Promise.all(requests.map(({ id }) => store.find(id)));
    await Promise.all(
      found.map((request, k) => {
        const before = required(request);
        const events = okValue(decide(before, commandOf('complete', before.tasks[0])));
        const progress = advance(begin(before), events, aRecording);
        return store.save(uuid(n * 100 + 30 + k), before, { ...progress, messages: [] });
      }),
    );
  }
  const rows = await database.query<{ name: string; custom_plans: number; generic_plans: number }>({
    text: "SELECT name, custom_plans, generic_plans FROM pg_prepared_statements WHERE name LIKE 'requests-%' ORDER BY name",
  });
  t.deepEqual(
    rows.map(({ name, custom_plans }) => [name, custom_plans]),
    [
      ['requests-find', 5],
      ['requests-save', 5],
      ['requests-submit', 5],
    ],
  );
});
