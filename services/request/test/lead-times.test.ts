import test from 'ava';
import { createPostgresLeadTimes } from '../src/adapters/postgres/lead-times.ts';
import { advance, begin, recordSubmission } from '../src/core/domain/audit.ts';
import { decide } from '../src/core/domain/decide.ts';
import type { LeadTimeQuery } from '../src/core/ports/lead-times.ts';
import { recordLeadTimes } from '../src/core/use-cases/record-lead-times.ts';
import { anItem, aPublication } from './documents.ts';
import { AT, aCause, aRequest, aTask, okValue, required, sha256, uuid } from './given.ts';
import { submission } from './request-store.contract.ts';
import { closeStores, openStores } from './stores.ts';

test.after.always(closeStores);

const after = (seconds: number): Date => new Date(AT.getTime() + seconds * 1_000);
const signal = new AbortController().signal;

/** Completes a request of one task: queued at once, at work from `begun` until `ended` seconds after its submission. */
const setup = async () => {
  const stores = await openStores();
  await stores.catalog.publish(aPublication(anItem()));
  const leadTimes = createPostgresLeadTimes(stores.database);
  let now = after(100_000);
  const record = () => recordLeadTimes({ leadTimes, now: () => now })(signal);
  const complete = async (n: number, { begun = 0, ended = 0, teams = ['payments'] }) => {
    const made = aRequest([aTask({ id: uuid(3_000 + n), status: 'queued', queuedAt: AT })]);
    const request = { ...made, id: uuid(n), submissionId: uuid(4_000 + n), requester: { ...made.requester, teams } };
    const submitted = { ...recordSubmission(request, { cause: aCause(), digest: sha256 }), messages: [] };
    await stores.store.submit({ ...submission([request]), id: uuid(4_000 + n), requests: [submitted] });
    const task = { taskId: uuid(3_000 + n), generation: 1, startedAt: after(begun) };
    const before = required(await stores.store.find(request.id));
    const events = okValue(decide(before, { kind: 'complete', ...task, at: after(ended), outputs: {} }));
    const recording = { cause: aCause({ actor: 'executor', at: after(ended) }), digest: sha256 };
    await stores.store.save(uuid(5_000 + n), before, { ...advance(begin(before), events, recording), messages: [] });
  };
  const summarize = (query: Partial<LeadTimeQuery> = {}) =>
    leadTimes.summarize({
      ...{ tenantId: 'default', groupBy: 'item', outcome: 'completed', since: AT, until: after(100_000), limit: 10 },
      ...query,
    });
  return { ...stores, leadTimes, record, complete, summarize, later: (seconds: number) => void (now = after(seconds)) };
};

test('where the time of a request went is recorded once it is over, and only once', async (t) => {
  const { record, complete, leadTimes, later } = await setup();
  await complete(1, { begun: 4, ended: 10 });
  t.is(await leadTimes.find(uuid(1)), undefined);
  t.is(await record(), 1);
  const expected = { total: 10_000, approval: 0, human: 0, waiting: 0, automation: 6_000, queue: 4_000 };
  t.deepEqual(await leadTimes.find(uuid(1)), expected);
  t.is(await record(), 0);
  later(200_000);
  t.is(await record(), 0);
  t.deepEqual(await leadTimes.progress(), after(200_000));
});

test('an end that was committed after a run is found by the next, and one run takes more than a batch', async (t) => {
  const { record, complete, later } = await setup();
  later(60);
  t.is(await record(), 0);
  await complete(1, { ended: 50 });
  t.is(await record(), 1);
  for (let n = 10; n < 215; n += 1) await complete(n, { ended: n });
  later(1_000);
  t.is(await record(), 205);
});

test('groups tell how long requests took, and where the time went', async (t) => {
  const { record, complete, summarize } = await setup();
  for (let n = 1; n <= 10; n += 1)
    await complete(n, { begun: 1, ended: n + 1, teams: n > 8 ? ['other'] : ['payments'] });
  await complete(11, { ended: 40_000, teams: [] });
  await record();
  const until = after(30_000);
  const [item, ...rest] = await summarize({ until });
  t.deepEqual(rest, []);
  t.like(item, { key: 'database-postgresql-standard', count: 10 });
  t.deepEqual(item?.segments.automation, { p50: 5_000, p90: 9_000, mean: 5_500 });
  t.deepEqual(item?.segments.queue, { p50: 1_000, p90: 1_000, mean: 1_000 });
  t.deepEqual(item?.segments.total, { p50: 6_000, p90: 10_000, mean: 6_500 });
  const keys = async (query: Partial<LeadTimeQuery>) =>
    (await summarize(query)).map(({ key, count }) => `${key} ${count}`);
  t.deepEqual(await keys({ groupBy: 'team' }), [' 1', 'other 2', 'payments 8']);
  t.deepEqual(await keys({ groupBy: 'team', after: 'other' }), ['payments 8']);
  t.deepEqual(await keys({ groupBy: 'team', limit: 1 }), [' 1']);
  t.deepEqual(await keys({ groupBy: 'month', until }), ['2026-11 10']);
  t.deepEqual(await keys({ since: after(20) }), ['database-postgresql-standard 1']);
  t.deepEqual(await keys({ outcome: 'aborted' }), []);
  t.deepEqual(await keys({ tenantId: 'other' }), []);
});
