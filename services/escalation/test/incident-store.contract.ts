import type { ExecutionContext, TestFn } from 'ava';
import type { RequestStopped } from '../src/core/domain/escalation.ts';
import type { EscalationStore } from '../src/core/ports/escalation-store.ts';
import type { CountedIncident, IncidentQuery, IncidentStore } from '../src/core/ports/incident-store.ts';
import { at, newId, requestStopped, retryOf, stoppedAgain } from './given.ts';

export interface IncidentWorld {
  readonly escalations: EscalationStore;
  readonly incidents: IncidentStore;
  /** The ids of the incidents that everybody was told of. */
  readonly told: () => Promise<readonly string[]>;
}

/** Seconds for which failures are taken together. */
export const WINDOW_SECONDS = 20;

const list = ({ incidents }: IncidentWorld, query: Partial<IncidentQuery> = {}): Promise<readonly CountedIncident[]> =>
  incidents.list({ tenantId: 'default', limit: 50, ...query });

const stopAll = async ({ escalations }: IncidentWorld, stops: readonly RequestStopped[]): Promise<void> => {
  for (const stopped of stops) await escalations.open(newId(), newId(), stopped);
};

const completed = ({ escalations }: IncidentWorld, { requestId, tenantId }: RequestStopped, second: number) =>
  escalations.settle({ tenantId, requestId, by: 'request-completed', at: at(second) });

const failureAt = (target: string, code = 'HTTP_503') => ({
  failure: { code, message: 'it failed', evidence: { target } },
});

/** What every IncidentStore must do. */
export const incidentStoreContract = (test: TestFn, create: (t: ExecutionContext) => Promise<IncidentWorld>): void => {
  test('one request that stops, however often, is no incident; the second request makes one, and everybody is told once', async (t) => {
    const world = await create(t);
    const first = requestStopped(failureAt('POST https://dbs.example/v1'));
    await stopAll(world, [first, stoppedAgain(first, at(11))]);
    t.deepEqual([await list(world), await world.told()], [[], []]);
    const more = [requestStopped({ ...failureAt('POST https://dbs.example/v1'), stuck: 'outcome-unknown' })];
    await stopAll(world, [...more, requestStopped(failureAt('PUT https://dbs.example/other'))]);
    const [incident, ...others] = await list(world);
    t.deepEqual(others, []);
    t.like(incident, { status: 'open', stops: 4, requests: 3, waiting: 3, stuck: 1, closed: null });
    t.deepEqual([incident?.firstAt, incident?.lastAt], [at(10), at(11)]);
    t.is(incident?.fingerprint.targetHost, 'dbs.example');
    t.deepEqual(await world.told(), [incident?.id]);
  });

  test('other items, actions, codes, hosts and tenants are incidents of their own', async (t) => {
    const world = await create(t);
    const base = requestStopped(failureAt('POST https://a.example/'));
    const variants: readonly Partial<RequestStopped>[] = [
      {},
      { catalogId: 'other-item' },
      { task: { ...base.task, actionId: 'other' } },
      failureAt('POST https://a.example/', 'HTTP_500'),
      failureAt('POST https://b.example/'),
      failureAt('no address'),
      { tenantId: 'other' },
    ];
    for (const variant of variants) {
      const { requestId: _, ...same } = base;
      await stopAll(world, [requestStopped({ ...same, ...variant }), requestStopped({ ...same, ...variant })]);
    }
    t.is((await list(world)).length, 6);
    t.is((await list(world, { tenantId: 'other' })).length, 1);
    t.is((await list(world, { targetHost: 'a.example' })).length, 4);
    t.is((await list(world, { targetHost: 'a.example', failureCode: 'HTTP_500' })).length, 1);
    t.is((await list(world, { catalogId: 'other-item', status: 'closed' })).length, 0);
  });

  test('an event that comes twice, and another event of the same attempt, count once', async (t) => {
    const world = await create(t);
    const [first, second] = [requestStopped(), requestStopped()];
    const eventId = newId();
    for (const stopped of [first, first]) await world.escalations.open(eventId, newId(), stopped);
    await stopAll(world, [second, second]);
    t.like((await list(world))[0], { stops: 2, requests: 2 });
  });

  test('what happened too long apart is not taken together, unless an incident is still open', async (t) => {
    const world = await create(t);
    await stopAll(world, [requestStopped({ failedAt: at(0) }), requestStopped({ failedAt: at(30) })]);
    t.deepEqual(await list(world), []);
    await stopAll(world, [requestStopped({ failedAt: at(31) }), requestStopped({ failedAt: at(0) })]);
    t.like((await list(world))[0], { stops: 2, requests: 2, firstAt: at(30), lastAt: at(31) });
    await stopAll(world, [requestStopped({ failedAt: at(59) })]);
    t.like((await list(world))[0], { stops: 3, lastAt: at(59) });
  });

  test('it closes by itself once nothing waits and nothing new comes; the next failures make another', async (t) => {
    const world = await create(t);
    const [first, second] = [requestStopped(), requestStopped()];
    await stopAll(world, [first, second]);
    await world.escalations.resume(retryOf(first, at(11)));
    await world.incidents.settle(at(40));
    t.like((await list(world))[0], { status: 'open', waiting: 1 }, 'one still waits');
    await completed(world, second, 12);
    await world.incidents.settle(at(10));
    t.is((await list(world))[0]?.status, 'open', 'it is not quiet for long enough');
    await world.incidents.settle(at(40));
    t.like((await list(world, { status: 'closed' }))[0], { waiting: 0, closed: { by: null } });
    const future = new Date(Date.now() + 60_000);
    await stopAll(world, [requestStopped({ failedAt: future }), requestStopped({ failedAt: future })]);
    t.deepEqual((await list(world)).map(({ status }) => status).toSorted(), ['closed', 'open']);
    t.is((await world.told()).length, 2);
  });

  test('what never became an incident is forgotten in time', async (t) => {
    const world = await create(t);
    await stopAll(world, [requestStopped()]);
    await world.incidents.settle(at(40));
    await stopAll(world, [requestStopped()]);
    t.deepEqual(await list(world), []);
  });

  test('a stop from before the closing comes late: it counts there, and opens nothing', async (t) => {
    const world = await create(t);
    await stopAll(world, [requestStopped(), requestStopped()]);
    const [incident] = await list(world);
    const closing = { tenantId: 'default', id: incident?.id ?? '', by: 'op@example.test', reason: 'mended' };
    await world.incidents.close(closing);
    await stopAll(world, [requestStopped({ failedAt: at(12) }), requestStopped({ failedAt: at(13) })]);
    t.like(await list(world), [{ status: 'closed', stops: 4, requests: 4, waiting: 4 }]);
    t.is((await list(world)).length, 1);
  });

  test('it is closed once, by who came first, and never by another tenant', async (t) => {
    const world = await create(t);
    await stopAll(world, [requestStopped(), requestStopped()]);
    const id = (await list(world))[0]?.id ?? '';
    const close = (tenantId: string, by: string) => world.incidents.close({ tenantId, id, by, reason: 'mended\0' });
    await close('other', 'spy@example.test');
    t.is((await world.incidents.get('default', id))?.status, 'open');
    await close('default', 'a@example.test');
    await close('default', 'b@example.test');
    t.like(await world.incidents.get('default', id), { status: 'closed', closed: { by: 'a@example.test' } });
    t.is(await world.incidents.get('other', id), undefined);
    t.deepEqual(await world.incidents.requests({ tenantId: 'other', incidentId: id, limit: 10 }), []);
  });

  test('its requests are told once each with their last stop, page by page', async (t) => {
    const world = await create(t);
    const stops = Array.from({ length: 7 }, (_, index) => requestStopped({ failedAt: at(10 + (index % 3)) }));
    await stopAll(world, [...stops, ...stops.slice(0, 2).map((stopped) => stoppedAgain(stopped, at(15)))]);
    const id = (await list(world))[0]?.id ?? '';
    const seen: string[] = [];
    for (let after: { at: Date; id: string } | undefined; ; ) {
      const query = { tenantId: 'default', incidentId: id, limit: 3, ...(after && { after }) };
      const page = await world.incidents.requests(query);
      seen.push(...page.slice(0, 3).map(({ requestId }) => requestId));
      t.true(page.every(({ waiting }) => waiting));
      const last = page[2];
      if (page.length <= 3 || !last) break;
      after = { at: last.failedAt, id: last.escalationId };
    }
    t.is(seen.length, 7);
    t.deepEqual(seen.toSorted(), stops.map(({ requestId }) => requestId).toSorted());
  });

  test('pages of incidents join without a gap or a repetition', async (t) => {
    const world = await create(t);
    for (let index = 0; index < 5; index += 1) {
      const catalogId = `item-${index}`;
      await stopAll(world, [requestStopped({ catalogId }), requestStopped({ catalogId })]);
    }
    const seen: string[] = [];
    for (let after: { at: Date; id: string } | undefined; ; ) {
      const page = await list(world, { limit: 2, ...(after && { after }) });
      seen.push(...page.slice(0, 2).map(({ id }) => id));
      const last = page[1];
      if (page.length <= 2 || !last?.openedAt) break;
      after = { at: last.openedAt, id: last.id };
    }
    t.deepEqual(
      seen,
      (await list(world)).map(({ id }) => id),
    );
    t.is(seen.length, 5);
  });

  test('codes and targets may be anything', async (t) => {
    const world = await create(t);
    for (const target of [
      '',
      'http://',
      `https://${'a'.repeat(300)}.example/`,
      'GET https://[::1',
      'x\0y',
      5 as never,
    ]) {
      const hostile = { ...failureAt(target, `BAD\0${'x'.repeat(400)}\ud800`), catalogId: 'hostile' };
      await stopAll(world, [requestStopped(hostile)]);
    }
    t.like((await list(world))[0], { stops: 6, fingerprint: { targetHost: null } });
  });
};
