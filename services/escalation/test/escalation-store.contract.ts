import type { ExecutionContext, TestFn } from 'ava';
import { type Escalation, openEscalation } from '../src/core/domain/escalation.ts';
import type { EscalationStore, ListQuery } from '../src/core/ports/escalation-store.ts';
import { at, newId, requestStopped, retryOf, stoppedAgain, taskFailureOf } from './given.ts';

const list = (store: EscalationStore, query: Partial<ListQuery> = {}): Promise<readonly Escalation[]> =>
  store.list({ tenantId: 'default', limit: 50, ...query });

const statuses = async (store: EscalationStore): Promise<readonly string[]> =>
  (await list(store)).map(({ status, closedBy, failedAt }) => `${failedAt.getUTCSeconds()} ${status} ${closedBy}`);

/** What every EscalationStore must do. */
export const escalationStoreContract = (
  test: TestFn,
  create: (t: ExecutionContext) => Promise<EscalationStore>,
): void => {
  test('a request that stopped is listed with everything that was said of it', async (t) => {
    const store = await create(t);
    const id = newId();
    const stopped = requestStopped({ stuck: 'outcome-unknown' });
    await store.open(newId(), id, stopped);
    t.deepEqual(await list(store), [openEscalation(id, stopped)]);
  });

  test('the same event twice, and another event of the same attempt, change nothing', async (t) => {
    const store = await create(t);
    const stopped = requestStopped();
    const eventId = newId();
    await store.open(eventId, newId(), stopped);
    const before = await list(store);
    await store.open(eventId, newId(), stopped);
    await store.open(newId(), newId(), { ...stopped, failedAt: at(20) });
    t.deepEqual(await list(store), before);
  });

  test('a request that stops again has one open escalation, the later one', async (t) => {
    const store = await create(t);
    const first = requestStopped();
    await store.open(newId(), newId(), first);
    await store.open(newId(), newId(), stoppedAgain(first, at(20)));
    t.deepEqual(await statuses(store), ['20 open null', '10 closed superseded']);
    t.deepEqual((await list(store))[1]?.closedAt, at(20));
  });

  test('a stop that comes late does not replace the later one', async (t) => {
    const store = await create(t);
    const first = requestStopped();
    await store.open(newId(), newId(), stoppedAgain(first, at(20)));
    await store.open(newId(), newId(), first);
    t.deepEqual(await statuses(store), ['20 open null', '10 closed superseded']);
  });

  test('of two stops at one moment the one that comes last is open', async (t) => {
    const store = await create(t);
    const first = requestStopped();
    await store.open(newId(), newId(), first);
    await store.open(newId(), newId(), stoppedAgain(first, first.failedAt));
    const open = await list(store, { status: 'open' });
    t.deepEqual(
      open.map(({ task }) => task.generation),
      [2],
    );
  });

  test('stops of other requests are left alone', async (t) => {
    const store = await create(t);
    await store.open(newId(), newId(), requestStopped());
    await store.open(newId(), newId(), requestStopped({ failedAt: at(20) }));
    t.deepEqual(await statuses(store), ['20 open null', '10 open null']);
  });

  test('a request that is completed after all closes its escalation, once', async (t) => {
    const store = await create(t);
    const stopped = requestStopped();
    const { tenantId, requestId } = stopped;
    await store.open(newId(), newId(), stopped);
    await store.settle({ tenantId, requestId, by: 'request-completed', at: at(30) });
    await store.settle({ tenantId, requestId, by: 'request-completed', at: at(40) });
    const [escalation] = await list(store);
    t.like(escalation, { status: 'closed', closedBy: 'request-completed' });
    t.deepEqual(escalation?.closedAt, at(30));
  });

  test('a completion that was overtaken by a later stop closes nothing', async (t) => {
    const store = await create(t);
    const stopped = requestStopped();
    await store.open(newId(), newId(), stopped);
    await store.settle({
      tenantId: stopped.tenantId,
      requestId: stopped.requestId,
      by: 'request-completed',
      at: at(5),
    });
    t.deepEqual(await statuses(store), ['10 open null']);
  });

  test('a stop whose evidence was settled before it came is stored as closed', async (t) => {
    const store = await create(t);
    const stopped = requestStopped();
    const { tenantId, requestId } = stopped;
    await store.recordTaskFailure(newId(), taskFailureOf(stopped));
    await store.settle({ tenantId, requestId, by: 'request-completed', at: at(30) });
    await store.open(newId(), newId(), stopped);
    t.deepEqual(await statuses(store), ['10 closed request-completed']);
  });

  test('a retry closes the escalation it answers; the next stop opens another', async (t) => {
    const store = await create(t);
    const first = requestStopped();
    await store.open(newId(), newId(), first);
    await store.resume(retryOf(first, at(20)));
    await store.resume(retryOf(first, at(20)));
    t.deepEqual(await statuses(store), ['10 closed request-retried']);
    t.deepEqual((await list(store))[0]?.closedAt, at(20));
    await store.open(newId(), newId(), stoppedAgain(first, at(30)));
    t.deepEqual(await statuses(store), ['30 open null', '10 closed request-retried']);
  });

  test('a retry that failed at once, in the same moment, does not close the stop it led to, whichever comes first', async (t) => {
    for (const retryFirst of [true, false]) {
      const store = await create(t);
      const first = requestStopped();
      await store.open(newId(), newId(), first);
      const again = () => store.open(newId(), newId(), stoppedAgain(first, at(20)));
      if (!retryFirst) await again();
      await store.resume(retryOf(first, at(20)));
      if (retryFirst) await again();
      t.is((await list(store, { status: 'open', requestId: first.requestId }))[0]?.task.generation, 2);
    }
  });

  test('a stop that comes after the retry that answers it is stored as closed', async (t) => {
    const store = await create(t);
    const first = requestStopped();
    await store.resume(retryOf(first, at(20)));
    await store.open(newId(), newId(), first);
    t.deepEqual(await statuses(store), ['10 closed request-retried']);
  });

  test('a retry answers what is open of its request, also where that task was settled otherwise', async (t) => {
    const store = await create(t);
    const [first, other] = [requestStopped(), requestStopped()];
    await store.open(newId(), newId(), first);
    await store.open(newId(), newId(), other);
    await store.resume({ ...retryOf(first, at(20)), tasks: [{ id: newId(), generation: 2 }] });
    t.is((await list(store, { requestId: first.requestId }))[0]?.closedBy, 'request-retried');
    t.is((await list(store, { requestId: other.requestId }))[0]?.status, 'open');
  });

  test('an abort closes the escalation, and a stop whose evidence it settled comes too late to open one', async (t) => {
    const store = await create(t);
    const [open, late] = [requestStopped(), requestStopped()];
    await store.open(newId(), newId(), open);
    await store.recordTaskFailure(newId(), taskFailureOf(late));
    for (const { tenantId, requestId } of [open, late])
      await store.settle({ tenantId, requestId, by: 'request-aborted', at: at(30) });
    await store.open(newId(), newId(), late);
    t.deepEqual(await statuses(store), ['10 closed request-aborted', '10 closed request-aborted']);
  });

  test('whether a request that stopped has ended is known', async (t) => {
    const store = await create(t);
    const [ended, open] = [requestStopped(), requestStopped()];
    for (const stopped of [ended, open]) await store.recordTaskFailure(newId(), taskFailureOf(stopped));
    const { tenantId, requestId } = ended;
    await store.settle({ tenantId, requestId, by: 'request-aborted', at: at(30) });
    t.true(await store.isSettled(requestId));
    t.false(await store.isSettled(open.requestId));
    t.false(await store.isSettled(newId()));
  });

  test('evidence may come twice and of either kind', async (t) => {
    const store = await create(t);
    const stopped = requestStopped();
    const eventId = newId();
    await store.recordTaskFailure(eventId, taskFailureOf(stopped));
    await store.recordTaskFailure(eventId, taskFailureOf(stopped));
    await store.recordTaskFailure(newId(), {
      ...taskFailureOf(stopped),
      kind: 'failed',
      stuck: null,
      startedAt: at(1),
    });
    await store.open(newId(), newId(), stopped);
    t.deepEqual(await statuses(store), ['10 open null']);
  });

  test('a tenant sees its own escalations only', async (t) => {
    const store = await create(t);
    const stopped = requestStopped({ tenantId: 'other' });
    await store.open(newId(), newId(), stopped);
    t.deepEqual(await list(store), []);
    t.deepEqual(await list(store, { requestId: stopped.requestId }), []);
    t.is((await list(store, { tenantId: 'other' })).length, 1);
  });

  test('pages join without a gap or a repetition, with every combination of filters', async (t) => {
    const store = await create(t);
    const all = Array.from({ length: 12 }, (_, index) => requestStopped({ failedAt: at(index % 3) }));
    for (const stopped of all) await store.open(newId(), newId(), stopped);
    for (const { requestId } of all.slice(0, 4)) {
      await store.settle({ tenantId: 'default', requestId, by: 'request-completed', at: at(50) });
    }
    const [first] = all;
    for (const query of [
      {},
      { status: 'open' },
      { status: 'closed' },
      { requestId: first?.requestId ?? '' },
    ] as const) {
      const expected = await list(store, query);
      const seen: Escalation[] = [];
      for (let after: ListQuery['after'] | undefined; ; ) {
        const rows = await list(store, { ...query, limit: 3, ...(after && { after }) });
        seen.push(...rows.slice(0, 3));
        const last = rows[2];
        if (rows.length <= 3 || !last) break;
        after = { failedAt: last.failedAt, id: last.id };
      }
      t.deepEqual(seen, expected);
    }
    t.is((await list(store, { status: 'open' })).length, 8);
    t.is((await list(store, { status: 'closed' })).length, 4);
  });
};
