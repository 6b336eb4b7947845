import type { ExecutionContext, TestFn } from 'ava';
import type { Delivery, DeliveryLog } from '../src/core/ports/delivery-log.ts';

const delivery = (id: string, second: number, members: Partial<Delivery> = {}): Delivery => ({
  id,
  event: 'push',
  ref: 'refs/heads/main',
  after: 'a'.repeat(40),
  outcome: 'accepted',
  receivedAt: new Date(second * 1_000),
  ...members,
});

/** What every DeliveryLog must do. */
export const deliveryLogContract = (test: TestFn, create: (t: ExecutionContext) => Promise<DeliveryLog>): void => {
  test('a delivery is kept once, as it came first', async (t) => {
    const log = await create(t);
    t.is(await log.record(delivery('a', 1)), 'recorded');
    t.is(await log.record(delivery('a', 2, { outcome: 'ignored' })), 'known');
    t.deepEqual(await log.latest(10), [delivery('a', 1)]);
  });

  test('of many at once with one id, one is the first', async (t) => {
    const log = await create(t);
    const answers = await Promise.all(Array.from({ length: 20 }, () => log.record(delivery('a', 1))));
    t.is(answers.filter((answer) => answer === 'recorded').length, 1);
  });

  test('the latest come newest first, as many as asked for', async (t) => {
    const log = await create(t);
    for (const [index, id] of ['b', 'a', 'd', 'c'].entries()) await log.record(delivery(id, index));
    t.deepEqual(
      (await log.latest(3)).map(({ id }) => id),
      ['c', 'd', 'a'],
    );
    t.deepEqual(await (await create(t)).latest(3), []);
  });

  test('a delivery without ref and commit is kept without them', async (t) => {
    const log = await create(t);
    const ping = delivery('a', 1, { event: 'ping', outcome: 'pong', ref: null, after: null });
    await log.record(ping);
    t.deepEqual(await log.latest(1), [ping]);
  });

  test('what is older than a time is forgotten', async (t) => {
    const log = await create(t);
    for (const second of [1, 2, 3]) await log.record(delivery(`d-${second}`, second));
    t.is(await log.removeBefore(new Date(3_000)), 2);
    t.is(await log.removeBefore(new Date(3_000)), 0);
    t.deepEqual(
      (await log.latest(10)).map(({ id }) => id),
      ['d-3'],
    );
  });
};
