import test from 'ava';
import { createPostgresApprovals } from '../src/adapters/postgres/approvals.ts';
import { createPostgresRequestStore } from '../src/adapters/postgres/request-store.ts';
import { checkApprovals } from '../src/core/use-cases/check-approvals.ts';
import { cost, member, started } from './approval-calls.ts';
import { createWorld } from './memory-world.ts';
import { newId, type RunningService } from './running-service.ts';

const byNumber = (a: number, b: number): number => a - b;

test('two who approve at the same moment both count, and each only once', async (t) => {
  const { vote, first, read } = await started(t, [{ ...cost, minimum: 3 }]);
  const people = ['ada', 'grace', 'ada'].map((name) => member(name));
  const answers = await Promise.all(people.map((as) => vote(first, 'approve', { as })));
  t.deepEqual(answers.map(({ status }) => status).toSorted(byNumber), [202, 202, 409]);
  t.is((await read()).approvals?.[0]?.given, 2);
  const third = await vote(first, 'approve', { as: member('mary') });
  t.like(third.body.data, { state: 'approved', given: 3 });
});

test('of an approval and a rejection at the same moment one wins, and the other is told', async (t) => {
  for (const round of [1, 2, 3]) {
    const { vote, first, read } = await started(t);
    const votes = [vote(first, 'approve'), vote(first, 'reject', { as: member('grace') })];
    const answers = await Promise.all(round % 2 === 0 ? votes.toReversed() : votes);
    t.deepEqual(answers.map(({ status }) => status).toSorted(byNumber), [202, 409]);
    t.is((await read()).approvals?.[0]?.decisions.length, 1);
  }
});

test('a vote that is sent twice with one key is one vote', async (t) => {
  const { vote, first, read } = await started(t, [{ ...cost, minimum: 2 }]);
  const answers = await Promise.all([1, 2, 3].map(() => vote(first, 'approve', { key: 'once' })));
  t.deepEqual(new Set(answers.map(({ status }) => status)), new Set([202]));
  t.is(new Set(answers.map(({ body }) => JSON.stringify(body))).size, 1);
  t.is((await read()).approvals?.[0]?.given, 1);
  const other = await vote(first, 'approve', { key: 'once', body: { comment: 'another' } });
  t.is(other.body.error.code, 'IDEMPOTENCY_MISMATCH');
});

test('what nobody decides is reminded of once, then ends; of two replicas that look at once one tells', async (t) => {
  const { service, id, first, vote, read } = await started(t, [{ ...cost, expiresAfter: '10s', remindAfter: '4s' }]);
  const looks = [await looking(service), await looking(service)];
  const look = (ms: number) =>
    Promise.all(looks.map((check) => check(new Date(Date.parse(first.openedAt ?? '') + ms))));
  t.deepEqual(await look(3_999), [0, 0]);
  t.deepEqual((await look(4_000)).toSorted(byNumber), [0, 1]);
  t.deepEqual(await look(9_999), [0, 0]);
  t.deepEqual((await look(10_000)).toSorted(byNumber), [0, 1]);
  const { status, approvals } = await read();
  t.deepEqual([status, approvals?.[0]?.state], ['aborted', 'expired']);
  t.is((await vote(first, 'approve')).status, 409);
  const { body } = await service.get<readonly { change: string; actor: string; reason?: string }[]>(
    `/requests/${id}/audit`,
  );
  t.deepEqual(
    body.data.filter(({ actor }) => actor === 'approvals').map(({ change }) => change),
    ['approval-reminded', 'approval-expired', 'task-skipped', 'request-aborted'],
  );
  t.is(body.data.at(-1)?.reason, 'the approval cost was not given in time');
});

/** What a replica does when it looks for what is due, at a time of the test's choice. */
const looking = async ({ database }: RunningService) => {
  const store = createPostgresRequestStore(database);
  const approvals = createPostgresApprovals(database);
  const { dependencies } = await createWorld();
  return (at: Date): Promise<number> =>
    checkApprovals({ ...dependencies, newId, store, approvals, now: () => at })(new AbortController().signal);
};
