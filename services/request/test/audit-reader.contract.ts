import type { TestFn } from 'ava';
import { advance, begin } from '../src/core/domain/audit.ts';
import { decide } from '../src/core/domain/decide.ts';
import type { Request } from '../src/core/domain/request.ts';
import type { AuditFilter, AuditReader } from '../src/core/ports/audit-reader.ts';
import { anItem, aPublication } from './documents.ts';
import { AT, aCause, aRequest, aTask, commandOf, okValue, required, sha256, uuid } from './given.ts';
import { type StoreHarness, submission } from './request-store.contract.ts';

interface AuditHarness extends StoreHarness {
  readonly auditReader: AuditReader;
}

const IDS = [1, 2, 3, 4].map((n) => uuid(700_000 + n));

/** What every reader of the audit promises. Four requests with three rows each; the last is another tenant's. */
export const auditReaderContract = (test: TestFn, name: string, setup: () => Promise<AuditHarness>): void => {
  let harness: AuditHarness;

  test.before(async () => {
    harness = await setup();
    await harness.catalog.publish(aPublication(anItem()));
    for (const [n, id] of IDS.entries()) {
      const made = aRequest([aTask({ id: uuid(710_000 + n), status: 'queued', queuedAt: AT })]);
      const kind = n === 1 ? 'bundle' : 'item';
      const tenantId = n === 3 ? 'other' : 'default';
      const { requests, ...rest } = submission([{ ...made, id, kind, tenantId, submissionId: uuid(720_000 + n) }]);
      await harness.store.submit({ ...rest, id: uuid(720_000 + n), requests });
      await complete(required(await harness.store.find(id)), n);
    }
  });

  const complete = async (request: Request, n: number): Promise<void> => {
    const events = okValue(decide(request, commandOf('complete', request.tasks[0])));
    const at = new Date(AT.getTime() + 1_000 * (n + 1));
    const cause = aCause({ actor: n === 0 ? 'executor' : `pool-${n}`, at });
    const next = { ...advance(begin(request), events, { cause, digest: sha256 }), messages: [] };
    await harness.store.save(uuid(730_000 + n), request, next);
  };

  const found = async (filter: Partial<AuditFilter>): Promise<string[]> => {
    const rows = await harness.auditReader.inChains({ tenantId: 'default', ...filter }, { limit: 100 });
    return rows.map(({ requestId, sequence }) => `${IDS.indexOf(requestId)}:${sequence}`);
  };

  test(`${name}: the tenant's rows by request and oldest first, or latest first`, async (t) => {
    const all = await found({});
    t.deepEqual(all, all.toSorted());
    t.deepEqual([...new Set(all.map((place) => place[0]))], ['0', '1', '2']);
    t.deepEqual(await found({ tenantId: 'nobody' }), []);
    const latest = await harness.auditReader.latest({ tenantId: 'default' }, { limit: 100 });
    t.deepEqual(
      latest.map(({ at }) => at.getTime()),
      latest.map(({ at }) => at.getTime()).toSorted((a, b) => b - a),
    );
    t.is(latest.length, all.length);
  });

  test(`${name}: each filter of the audit`, async (t) => {
    const all = await found({});
    const of = (n: number) => all.filter((place) => place.startsWith(`${n}:`));
    t.deepEqual(await found({ requestId: IDS[1] ?? '' }), of(1));
    t.deepEqual(await found({ requestId: IDS[3] ?? '' }), []);
    t.deepEqual(await found({ bundleId: 'database-postgresql-standard' }), of(1));
    t.deepEqual(await found({ catalogItemId: 'database-postgresql-standard' }), [...of(0), ...of(2)]);
    t.deepEqual(await found({ catalogItemId: 'other' }), []);
    t.deepEqual(await found({ actor: 'pool-1' }), of(1).slice(1));
    t.deepEqual(await found({ actor: 'executor' }), of(0).slice(1));
    t.is((await found({ change: 'request-submitted' })).length, 3);
    t.is((await found({ change: 'request-completed' })).length, 3);
    t.deepEqual(await found({ since: new Date(AT.getTime() + 3_000) }), of(2).slice(1));
    t.deepEqual(
      await found({ since: new Date(AT.getTime() + 1), until: new Date(AT.getTime() + 2_000) }),
      of(0).slice(1),
    );
  });

  test(`${name}: pages of the audit neither repeat nor leave out`, async (t) => {
    const { auditReader } = harness;
    const filter = { tenantId: 'default' };
    const [latest, chained] = await Promise.all([
      auditReader.latest(filter, { limit: 100 }),
      auditReader.inChains(filter, { limit: 100 }),
    ]);
    for (const [index, before] of latest.entries())
      t.deepEqual(await auditReader.latest(filter, { before, limit: 2 }), latest.slice(index + 1, index + 3));
    for (const [index, after] of chained.entries())
      t.deepEqual(await auditReader.inChains(filter, { after, limit: 2 }), chained.slice(index + 1, index + 3));
  });

  test(`${name}: chains come whole, with where their requests say they end`, async (t) => {
    const { auditReader } = harness;
    const chains = await auditReader.chains('default', { limit: 2 });
    t.deepEqual(
      chains.map(({ requestId }) => requestId),
      IDS.slice(0, 2),
    );
    for (const { rows, claimed } of chains) t.like(rows.at(-1), claimed ?? {});
    const next = await auditReader.chains('default', { after: IDS[1] ?? '', limit: 5 });
    t.deepEqual(
      next.map(({ requestId }) => requestId),
      [IDS[2]],
    );
    t.is((await auditReader.chains('default', { requestId: IDS[3] ?? '', limit: 1 })).length, 0);
  });

  test(`${name}: heads as of a moment`, async (t) => {
    const { auditReader } = harness;
    const upTo = new Date('2100-01-01');
    const heads = await auditReader.heads('default', { upTo, limit: 10 });
    const chains = await auditReader.chains('default', { limit: 10 });
    t.deepEqual(
      heads,
      chains.map(({ requestId, claimed }) => ({ requestId, ...required(claimed) })),
    );
    t.deepEqual(await auditReader.heads('default', { upTo, after: IDS[0] ?? '', limit: 1 }), heads.slice(1, 2));
    const before = await auditReader.heads('default', { upTo: new Date('2000-01-01'), limit: 10 });
    t.deepEqual(
      before,
      heads.map(({ requestId }) => ({ requestId, sequence: 0, hash: '' })),
    );
    t.true((await auditReader.settledUntil()) <= new Date());
  });
};
