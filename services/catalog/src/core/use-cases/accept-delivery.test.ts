import { TransientError } from '@pao/kernel';
import test from 'ava';
import { createMemoryDeliveryLog } from '../../adapters/memory/memory-delivery-log.ts';
import type { DeliveryLog } from '../ports/delivery-log.ts';
import { createAcceptDelivery } from './accept-delivery.ts';
import { createPruneDeliveries } from './prune-deliveries.ts';

const setup = (log: DeliveryLog = createMemoryDeliveryLog()) => {
  const done: string[] = [];
  const watched: DeliveryLog = {
    ...log,
    record: async (delivery) => {
      const recorded = await log.record(delivery);
      done.push(recorded);
      return recorded;
    },
  };
  const accept = createAcceptDelivery({
    log: watched,
    place: { branch: 'main', folder: '' },
    kickSync: () => void done.push('sync'),
    now: () => new Date(0),
  });
  return { log, done, accept };
};

const push = { id: 'd-1', event: 'push', payload: { ref: 'refs/heads/main' } };

test('a push is kept, and only then a sync begins', async (t) => {
  const { accept, done, log } = setup();
  t.is((await accept(push)).outcome, 'accepted');
  t.deepEqual(done, ['recorded', 'sync']);
  const kept = { id: 'd-1', event: 'push', outcome: 'accepted' as const, ref: 'refs/heads/main', after: null };
  t.deepEqual(await log.latest(10), [{ ...kept, receivedAt: new Date(0) }]);
});

test('a delivery that comes again is told so and leads to nothing', async (t) => {
  const { accept, done } = setup();
  await accept(push);
  t.is((await accept(push)).outcome, 'repeated');
  t.deepEqual(done, ['recorded', 'sync', 'known']);
});

test('what is ignored is kept too, and begins no sync', async (t) => {
  const { accept, done, log } = setup();
  t.is((await accept({ ...push, event: 'star' })).outcome, 'ignored');
  t.is((await accept({ ...push, id: 'd-2', event: 'ping' })).outcome, 'pong');
  t.deepEqual(done, ['recorded', 'recorded']);
  t.is((await log.latest(10)).length, 2);
});

test('a delivery that could not be kept is refused and begins no sync', async (t) => {
  const away = () => Promise.reject(new TransientError('the database is away'));
  const { accept, done } = setup({ ...createMemoryDeliveryLog(), record: away });
  await t.throwsAsync(accept(push), { instanceOf: TransientError });
  t.deepEqual(done, []);
});

test('deliveries of the last thirty days are kept', async (t) => {
  const log = createMemoryDeliveryLog();
  const at = (id: string, day: number) =>
    log.record({ id, event: 'ping', outcome: 'pong', ref: null, after: null, receivedAt: new Date(day * 86_400_000) });
  await at('old', 9);
  await at('young', 11);
  t.is(await createPruneDeliveries(log, () => new Date(40 * 86_400_000))(), 1);
  t.deepEqual(
    (await log.latest(10)).map(({ id }) => id),
    ['young'],
  );
});
