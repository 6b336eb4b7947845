import type { TestFn } from 'ava';
import { advance, begin } from '../src/core/domain/audit.ts';
import { decide } from '../src/core/domain/decide.ts';
import type { OverdueTasks } from '../src/core/ports/overdue-tasks.ts';
import { AT, aRecording, aRequest, aTask, commandOf, okValue, required, uuid } from './given.ts';
import { aMessage, type StoreHarness, submission } from './request-store.contract.ts';

export interface OverdueHarness extends StoreHarness {
  readonly overdue: OverdueTasks;
  /** The bus has taken everything. */
  publishAll(): Promise<void>;
}

const after = (ms: number): Date => new Date(AT.getTime() + ms);
const WAIT = 60_000;

/** What every source of overdue tasks promises. `setup` gives an empty one, with the item offered, each time. */
export const overdueTasksContract = (test: TestFn, name: string, setup: () => Promise<OverdueHarness>): void => {
  let ids = 500_000;
  const fresh = (): string => uuid((ids += 1));

  const store = async ({ store: requests }: OverdueHarness, tasks = [aTask({ status: 'queued', queuedAt: AT })]) => {
    const request = {
      ...aRequest(tasks.map((task) => Object.assign({}, task, { id: fresh() }))),
      id: fresh(),
      submissionId: fresh(),
    };
    await requests.submit(submission([request]));
    return request;
  };

  test(`${name}: queued tasks, and those under way, are overdue after the wait, once nothing of theirs is left to be published`, async (t) => {
    const harness = await setup();
    const { id } = await store(harness);
    const underWay = await store(harness, [
      aTask({ status: 'processing', queuedAt: AT, startedAt: after(5) }),
      aTask({ position: 2 }),
    ]);
    const find = (ms: number) => harness.overdue.find({ at: after(ms), waitMs: WAIT, limit: 10 });
    t.deepEqual(await find(WAIT), []);
    await harness.publishAll();
    t.deepEqual(await find(WAIT - 1), []);
    const queued = { requestId: id, position: 1, resends: 0 };
    t.deepEqual(await find(WAIT + 4), [queued]);
    t.deepEqual(await find(WAIT + 5), [queued, { ...queued, requestId: underWay.id }]);
  });

  test(`${name}: what is queued beside a task that failed is overdue like any other, and sent again`, async (t) => {
    const harness = await setup();
    const request = await store(harness, [
      aTask({ status: 'failed', queuedAt: AT }),
      aTask({ position: 2, status: 'queued', queuedAt: AT }),
    ]);
    await harness.publishAll();
    const task = { requestId: request.id, position: 2, resends: 0 };
    t.deepEqual(await harness.overdue.find({ at: after(WAIT), waitMs: WAIT, limit: 10 }), [task]);
    t.true(await harness.overdue.resend(task, { version: 1, at: after(WAIT), message: aMessage(request) }));
  });

  test(`${name}: each resend doubles the wait`, async (t) => {
    const harness = await setup();
    const request = await store(harness);
    await harness.publishAll();
    const task = { requestId: request.id, position: 1, resends: 0 };
    t.true(await harness.overdue.resend(task, { version: 1, at: after(WAIT), message: aMessage(request) }));
    await harness.publishAll();
    const find = (ms: number) => harness.overdue.find({ at: after(WAIT + ms), waitMs: WAIT, limit: 10 });
    t.deepEqual(await find(2 * WAIT - 1), []);
    t.deepEqual(await find(2 * WAIT), [{ ...task, resends: 1 }]);
  });

  test(`${name}: those that wait longest come first, and no more than asked for`, async (t) => {
    const harness = await setup();
    const late = await store(harness, [aTask({ status: 'queued', queuedAt: after(5) })]);
    const early = await store(harness);
    await harness.publishAll();
    const find = (limit: number) => harness.overdue.find({ at: after(2 * WAIT), waitMs: WAIT, limit });
    t.deepEqual(
      (await find(10)).map(({ requestId }) => requestId),
      [early.id, late.id],
    );
    t.deepEqual(
      (await find(1)).map(({ requestId }) => requestId),
      [early.id],
    );
  });

  test(`${name}: of concurrent resends one is done, and none for a request that has moved on`, async (t) => {
    const harness = await setup();
    const request = await store(harness);
    await harness.publishAll();
    const task = { requestId: request.id, position: 1, resends: 0 };
    const resend = (version: number) =>
      harness.overdue.resend(task, { version, at: after(WAIT), message: aMessage(request) });
    t.false(await resend(2));
    t.deepEqual(await harness.messageIds(), []);
    const done = await Promise.all(Array.from({ length: 10 }, () => resend(1)));
    t.is(done.filter(Boolean).length, 1);
    t.is((await harness.messageIds()).length, 1);
  });

  test(`${name}: what its executor waits for is asked after only past its time, with a margin`, async (t) => {
    const harness = await setup();
    const request = await store(harness, [aTask({ status: 'processing', queuedAt: AT, startedAt: AT })]);
    const command = commandOf('park', request.tasks[0]);
    const before = required(await harness.store.find(request.id));
    const parked = advance(begin(before), okValue(decide(before, command)), aRecording);
    const next = { ...parked, request: { ...parked.request, version: 2 }, messages: [] };
    t.is(await harness.store.save(fresh(), before, next), 'saved');
    t.deepEqual(await harness.store.find(request.id), next.request);
    await harness.publishAll();
    const end = 3_600_000 + 300_000;
    const find = (ms: number) => harness.overdue.find({ at: after(ms), waitMs: WAIT, limit: 10 });
    t.deepEqual(await find(end + WAIT - 1), []);
    const task = { requestId: request.id, position: 1, resends: 0 };
    t.deepEqual(await find(end + WAIT), [task]);
    t.true(await harness.overdue.resend(task, { version: 2, at: after(end + WAIT), message: aMessage(request) }));
  });

  test(`${name}: of an aborting request, whatever has not ended is owed an answer since the abort`, async (t) => {
    const harness = await setup();
    const tasks = (['queued', 'processing', 'waiting', 'completed', 'stuck'] as const).map((status, index) =>
      aTask({ id: fresh(), position: index + 1, status, queuedAt: after(-10 * WAIT) }),
    );
    const request = { ...aRequest(tasks, 'aborting'), id: fresh(), submissionId: fresh() };
    await harness.store.submit(submission([request]));
    await harness.publishAll();
    const find = (ms: number) => harness.overdue.find({ at: after(ms), waitMs: WAIT, limit: 10 });
    t.deepEqual(await find(WAIT - 1), []);
    const owed = await find(WAIT);
    t.deepEqual(
      owed.map(({ position }) => position).toSorted((a, b) => a - b),
      [1, 2, 3],
    );
    for (const task of owed) {
      const resent = { version: 1, at: after(WAIT), message: aMessage(request) };
      t.true(await harness.overdue.resend(task, resent));
      t.false(await harness.overdue.resend(task, { ...resent, message: aMessage(request) }), 'counted once');
    }
    await harness.publishAll();
    t.deepEqual(await find(3 * WAIT - 1), []);
    t.is((await find(3 * WAIT)).length, 3);
  });
};
