import type { ExecutionContext, TestFn } from 'ava';
import type { HandoverEvent } from '../src/core/domain/tickets/handover.ts';
import { begin, finishCreate } from '../src/core/domain/tickets/ledger.ts';
import { openHandover } from '../src/core/domain/tickets/open-handover.ts';
import type { HandoverStore } from '../src/core/ports/handover-store.ts';
import { newId } from './given.ts';
import { escalatedTasks, escalating } from './given-handover.ts';

export interface StoreUnderTest {
  readonly store: HandoverStore;
  /** The kinds of what others were told, in order. */
  readonly told: () => Promise<readonly HandoverEvent['kind'][]>;
}

const open = async (store: HandoverStore, tenantId = 'default', eventId?: string) => {
  const data = escalating(escalatedTasks(2));
  const given = { tenantId, correlationId: 'correlation-1', data };
  await store.change(data.requestId, (known, now) => openHandover(known, given, now), eventId);
  return data;
};

const issue = (number: number) => ({
  id: String(number),
  key: `OPS-${number}`,
  url: `https://jira.test/browse/OPS-${number}`,
});

/** Does the next due step as a creation that works. */
const createNext = (store: HandoverStore, requestId: string, fence: number, number: number): Promise<void> =>
  store.change(requestId, (handover, now) => {
    const begun = handover && begin(handover, fence, now);
    return begun && finishCreate(begun.handover, begun.step, { kind: 'ok', value: issue(number) }, now);
  });

/** What every HandoverStore must do. */
export const handoverStoreContract = (test: TestFn, create: (t: ExecutionContext) => Promise<StoreUnderTest>): void => {
  test('a handover is read as it was written, by its own tenant alone', async (t) => {
    const { store } = await create(t);
    const data = await open(store);
    const read = await store.read('default', data.requestId);
    t.like(read, { requestId: data.requestId, status: 'opening', round: 1, correlationId: 'correlation-1' });
    t.deepEqual(read?.snapshot, data);
    t.deepEqual(read?.steps.map(({ name }) => name.split(':')[0]).toSorted(), ['create', 'create', 'link']);
    t.is(await store.read('other', data.requestId), undefined);
    t.is(await store.read('default', newId()), undefined);
  });

  test('an event that was handled changes nothing again', async (t) => {
    const { store } = await create(t);
    const eventId = newId();
    const data = await open(store, 'default', eventId);
    let asked = false;
    const decide = () => {
      asked = true;
      return undefined;
    };
    await store.change(data.requestId, decide, eventId);
    t.false(asked);
  });

  test('one process works on a handover at a time, and who comes later has a higher fence', async (t) => {
    const { store } = await create(t);
    const { requestId } = await open(store);
    const first = await store.lease(60_000);
    t.is(first?.requestId, requestId);
    t.is(await store.lease(60_000), undefined);
    if (first) await store.extend(first, 0);
    const second = await store.lease(60_000);
    t.true((second?.fence ?? 0) > (first?.fence ?? 0));
    // The first one lost its lease and can't give back what it does not have.
    if (first) await store.extend(first, 0);
    t.is(await store.lease(60_000), undefined);
  });

  test('what a change tells others is told once, and what is not due is not leased', async (t) => {
    const { store, told } = await create(t);
    const { requestId } = await open(store);
    const fence = (await store.lease(60_000))?.fence ?? 0;
    await createNext(store, requestId, fence, 1);
    t.deepEqual(await told(), []);
    await createNext(store, requestId, fence, 2);
    await store.change(requestId, () => undefined);
    t.deepEqual(await told(), ['escalation-opened']);
    t.is((await store.read('default', requestId))?.status, 'opened');
    t.deepEqual(await store.requestsOf('2'), [requestId]);
    t.deepEqual(await store.requestsOf('3'), []);
  });

  test('tickets are listed by request, of one tenant', async (t) => {
    const { store } = await create(t);
    const [own, other] = [await open(store), await open(store, 'other')];
    const found = await store.list('default', [own.requestId, other.requestId, newId()]);
    t.deepEqual(
      found.map(({ requestId, tickets }) => [requestId, tickets.length]),
      [[own.requestId, 2]],
    );
    t.deepEqual(await store.list('default', []), []);
  });

  test('texts that no database takes do no harm', async (t) => {
    const { store } = await create(t);
    const { requestId } = await open(store);
    await store.change(requestId, (handover) => {
      if (!handover) return undefined;
      const flag = { code: 'X', message: 'a\0b\ud800c \\u0000' };
      return {
        handover: { ...handover, tickets: handover.tickets.map((ticket) => ({ ...ticket, flag })) },
        events: [],
      };
    });
    t.regex((await store.read('default', requestId))?.tickets[0]?.flag?.message ?? '', /^a.*b.*c \\u0000$/s);
  });
};
