import type { TestFn } from 'ava';
import { advance, begin, recordQuotaRelease } from '../src/core/domain/audit.ts';
import { decide } from '../src/core/domain/decide.ts';
import { decideByPerson } from '../src/core/domain/decisions.ts';
import type { QuotaUnit, Request } from '../src/core/domain/request.ts';
import type { Quotas } from '../src/core/ports/quotas.ts';
import type { AnswerKey, NextVersion } from '../src/core/ports/request-store.ts';
import { anItem, aPublication } from './documents.ts';
import { AT, aRecording, aRequest, aTask, commandOf, okValue, required, uuid } from './given.ts';
import { type StoreHarness, submission } from './request-store.contract.ts';

export interface QuotaHarness extends StoreHarness {
  readonly quotas: Quotas;
}

let ids = 4_000_000;
const fresh = (): string => uuid((ids += 1));

export const aUnit = (rest: Partial<QuotaUnit> = {}): QuotaUnit => ({
  ...{ resource: 'databases', per: 'team', scope: 'payments', max: 3, catalogId: 'database-standard', component: null },
  ...rest,
});

/** A request with one queued task that uses these units. */
export const counted = (quota: readonly QuotaUnit[] | null, rest: Partial<Request> = {}): Request => ({
  ...aRequest([aTask({ id: fresh(), status: 'queued', queuedAt: AT })]),
  ...{ id: fresh(), submissionId: fresh(), quota },
  ...rest,
});

const versionOf = (before: Request, next: Pick<NextVersion, 'request' | 'changes'>): NextVersion => ({
  ...next,
  request: { ...next.request, version: before.version + 1 },
  messages: [],
});

export const reported = (before: Request, kind: 'complete' | 'fail' | 'cancel'): NextVersion =>
  versionOf(before, advance(begin(before), okValue(decide(before, commandOf(kind, before.tasks[0]))), aRecording));

export const aborted = (before: Request): NextVersion => {
  const events = okValue(decideByPerson(before, { kind: 'abort', at: AT, reason: null }));
  return versionOf(before, advance(begin(before), events, aRecording));
};

export const released = (before: Request, releases: readonly number[]) => ({
  ...versionOf(before, recordQuotaRelease(begin(before), 'it is gone', aRecording)),
  releases,
});

/** What every request store promises of quotas. Each test counts a resource of its own. */
export const quotaStoreContract = (test: TestFn, name: string, setup: () => Promise<QuotaHarness>): void => {
  let harness: QuotaHarness;
  test.before(async () => {
    harness = await setup();
    await harness.catalog.publish(aPublication(anItem()));
  });

  const submit = (requests: readonly Request[], rest = {}) => harness.store.submit(submission(requests, rest));
  const usage = async (resource: string) => {
    const rows = await harness.quotas.list({ tenantId: 'default', resource, limit: 10 });
    return rows.map(({ scope, reserved, committed }) => [scope, reserved, committed]);
  };
  const stored = async (request: Request): Promise<Request> => required(await harness.store.find(request.id));
  const save = async (next: NextVersion, before: Request) => harness.store.save(fresh(), before, next);

  test(`${name}: units are reserved with the request, up to the limit, and kept with it`, async (t) => {
    const unit = aUnit({ resource: 'up-to', max: 2 });
    const [first, second, third] = [counted([unit]), counted([unit]), counted([unit])];
    t.is(await submit([first]), 'stored');
    t.is(await submit([second]), 'stored');
    t.deepEqual(await submit([third]), {
      kind: 'quota-exceeded',
      exceeded: [
        { index: 0, resource: 'up-to', per: 'team', scope: 'payments', used: 2, after: 3, max: 2, wouldExceed: true },
      ],
    });
    t.is(await harness.store.find(third.id), undefined);
    t.deepEqual((await stored(first)).quota, [unit]);
    t.deepEqual(await usage('up-to'), [['payments', 2, 0]]);
    t.deepEqual(await harness.quotas.used('default', [unit, aUnit({ resource: 'never' })]), [2, 0]);
    t.deepEqual(await harness.quotas.used('other-tenant', [unit]), [0]);
  });

  test(`${name}: a submission reserves all it uses or nothing, and nothing of it is stored`, async (t) => {
    const [scarce, free] = [aUnit({ resource: 'all-or-nothing', max: 1 }), aUnit({ resource: 'beside', max: 9 })];
    const requests = [counted([free]), counted(null), counted([scarce, scarce])];
    const outcome = await submit(requests);
    t.like(outcome, { exceeded: [{ index: 2, used: 0, after: 2, max: 1 }] });
    for (const { id } of requests) t.is(await harness.store.find(id), undefined);
    t.deepEqual([await usage('all-or-nothing'), await usage('beside')], [[], []]);
  });

  test(`${name}: what does not fit refuses no submission beside it, and what is not stored uses nothing`, async (t) => {
    const unit = aUnit({ resource: 'beside-each-other', max: 3 });
    const [big, small] = [[counted([unit, unit, unit, unit])], [counted([unit])]];
    const stale = [counted([unit, unit])];
    const key: AnswerKey = { tenantId: 'default', principal: 'p', route: 'submitRequests', key: fresh() };
    const answer = { key, stored: { fingerprint: 'f', status: 202, body: '{}' } };
    const outcomes = await Promise.all([
      submit(big),
      submit(stale, { documents: [{ id: 'database-standard', version: '1.0.0', hash: 'f'.repeat(64) }] }),
      submit(small, { answer }),
      submit([counted([unit])], { answer }),
      submit([counted([unit])]),
      submit([counted([unit])]),
      submit([counted([unit])]),
    ]);
    t.like(outcomes[0], { kind: 'quota-exceeded' });
    t.deepEqual(outcomes.slice(1, 6), ['catalog-changed', 'stored', 'answered', 'stored', 'stored']);
    t.like(outcomes[6], { kind: 'quota-exceeded', exceeded: [{ used: 3, after: 4 }] });
    t.deepEqual(await usage('beside-each-other'), [['payments', 3, 0]]);
  });

  test(`${name}: with the end of the request it is committed or given back, once; a failure keeps it`, async (t) => {
    const unit = aUnit({ resource: 'ends', max: 9 });
    const [good, bad] = [counted([unit]), counted([unit])];
    await submit([good, bad]);
    const completion = reported(await stored(good), 'complete');
    t.is(await save(completion, await stored(good)), 'saved');
    t.is(await save(completion, good), 'conflict');
    t.is(await save(reported(await stored(bad), 'fail'), await stored(bad)), 'saved');
    t.deepEqual(await usage('ends'), [['payments', 1, 1]]);
    t.is(await harness.store.saveDecision(await stored(bad), aborted(await stored(bad))), 'saved');
    t.is(await harness.store.saveDecision(bad, aborted(bad)), 'conflict');
    t.deepEqual(await usage('ends'), [['payments', 0, 1]]);
    t.deepEqual(await harness.quotas.unitStates(bad.id), ['released']);
  });

  test(`${name}: an abort that waits for an executor keeps it until the answer`, async (t) => {
    const request = counted([aUnit({ resource: 'aborting' })]);
    await submit([request]);
    await harness.store.saveDecision(await stored(request), aborted(await stored(request)));
    t.deepEqual(await usage('aborting'), [['payments', 1, 0]]);
    await save(reported(await stored(request), 'cancel'), await stored(request));
    t.is((await stored(request)).status, 'aborted');
    t.deepEqual(await usage('aborting'), []);
  });

  test(`${name}: committed units are given back one by one, each once, with the audit`, async (t) => {
    const request = counted([aUnit({ resource: 'back' }), aUnit({ resource: 'back', component: 'b' })]);
    await submit([request]);
    await save(reported(await stored(request), 'complete'), await stored(request));
    const before = await stored(request);
    t.is(await harness.store.saveDecision(before, released(before, [2])), 'saved');
    t.is(await harness.store.saveDecision(before, released(before, [1])), 'conflict');
    t.deepEqual(await usage('back'), [['payments', 0, 1]]);
    t.deepEqual(await harness.quotas.unitStates(request.id), ['committed', 'released']);
    const again = await stored(request);
    await harness.store.saveDecision(again, released(again, [2]));
    t.deepEqual(await usage('back'), [['payments', 0, 1]]);
    const changes = await harness.reader.changesAfter(request.id, before.audit.sequence);
    t.like(changes[0], { change: 'quota-released', reason: 'it is gone', from: 'completed', to: 'completed' });
  });

  test(`${name}: a request that is over as soon as it is stored is committed at once`, async (t) => {
    const request = counted([aUnit({ resource: 'at-once' })], { status: 'completed' });
    await submit([request]);
    t.deepEqual(await usage('at-once'), [['payments', 0, 1]]);
  });

  test(`${name}: usage is listed by resource and holder, page by page, to those whom it concerns`, async (t) => {
    const units = [
      aUnit({ resource: 'listed', scope: 'search' }),
      aUnit({ resource: 'listed', per: 'user', scope: 'dev@example.test' }),
      aUnit({ resource: 'listed', per: 'user', scope: 'other@example.test' }),
      aUnit({ resource: 'listed', per: 'tenant', scope: 'default' }),
      aUnit({ resource: 'listed', scope: 'payments' }),
    ];
    await submit([counted(units)]);
    const list = async (rest = {}) => {
      const rows = await harness.quotas.list({ tenantId: 'default', resource: 'listed', limit: 9, ...rest });
      return rows.map(({ per, scope }) => `${per} ${scope}`);
    };
    const all = ['team payments', 'team search', 'tenant default', 'user dev@example.test', 'user other@example.test'];
    t.deepEqual(await list(), all);
    const after = { resource: 'listed', per: 'team', scope: 'search' } as const;
    t.deepEqual(await list({ limit: 2, after }), all.slice(2, 4));
    t.deepEqual(await list({ team: 'search' }), ['team search']);
    t.deepEqual(await list({ seenBy: { teams: ['payments'], email: 'dev@example.test' } }), [
      'team payments',
      'tenant default',
      'user dev@example.test',
    ]);
    t.deepEqual(await list({ tenantId: 'other' }), []);
  });
};
