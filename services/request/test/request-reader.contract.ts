import type { TestFn } from 'ava';
import type { Request } from '../src/core/domain/request.ts';
import type { RequestFilter } from '../src/core/ports/request-reader.ts';
import { anItem, aPublication } from './documents.ts';
import { AT, aRequest, aTask, required, uuid } from './given.ts';
import { type StoreHarness, submission } from './request-store.contract.ts';

/** Of a UUIDv7 made at this time. */
const idAt = (at: Date, n: number): string => {
  const time = at.getTime().toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-${String(n).padStart(12, '0')}`;
};

const later = (ms: number): Date => new Date(AT.getTime() + ms);

/** What every reader of lists promises. */
export const requestReaderContract = (test: TestFn, name: string, setup: () => Promise<StoreHarness>): void => {
  let harness: StoreHarness;
  let all: readonly Request[] = [];

  test.before(async () => {
    harness = await setup();
    await harness.catalog.publish(aPublication(anItem()));
    all = Array.from({ length: 12 }, (_, n) => {
      const createdAt = later(n * 1_000);
      const status = n % 4 === 0 ? 'completed' : n % 4 === 1 ? 'failed' : 'queued';
      const request = aRequest([aTask({ id: uuid(800_000 + n), status })]);
      return {
        ...request,
        id: idAt(createdAt, n),
        tenantId: n === 11 ? 'other' : 'default',
        createdAt,
        updatedAt: later(-Math.ceil(n / 2)),
        kind: n % 3 === 0 ? 'bundle' : 'item',
        name: `Name-${n}`,
        catalog: { ...request.catalog, id: n < 6 ? 'first' : 'second' },
        requester: {
          ...request.requester,
          email: n % 2 ? 'odd@example.test' : 'even@example.test',
          teams: n % 2 ? ['all', "o'reilly, \\{}"] : ['payments', 'all'],
        },
      };
    });
    const submitted = submission(all);
    // As if each had been changed since.
    const requests = submitted.requests.map((next, n) => {
      const { updatedAt } = required(all[n]);
      return { ...next, request: { ...next.request, updatedAt } };
    });
    await harness.store.submit({ ...submitted, requests });
  });

  const listed = async (filter: Partial<RequestFilter>): Promise<number[]> => {
    const rows = await harness.reader.list({ tenantId: 'default', limit: 100, sort: '-createdAt', ...filter });
    return rows.map(({ id }) => all.findIndex((request) => request.id === id));
  };

  test(`${name}: lists are the tenant's own, newest first`, async (t) => {
    t.deepEqual(await listed({}), [10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0]);
    t.deepEqual(await listed({ tenantId: 'other' }), [11]);
    t.deepEqual(await listed({ tenantId: 'nobody' }), []);
  });

  test(`${name}: a row says what the request is and where it stands`, async (t) => {
    const [row] = await harness.reader.list({
      tenantId: 'default',
      limit: 1,
      sort: '-createdAt',
      statuses: ['failed'],
    });
    const request = all[9];
    t.deepEqual(row as object, {
      id: request?.id,
      submissionId: request?.submissionId,
      status: 'failed',
      kind: 'bundle',
      catalogId: 'second',
      catalogVersion: '1.0.0',
      name: 'Name-9',
      requestedBy: 'odd@example.test',
      completedTasks: 0,
      skippedTasks: 0,
      totalTasks: 1,
      createdAt: request?.createdAt,
      updatedAt: request?.updatedAt,
    });
  });

  test(`${name}: each filter, and all together`, async (t) => {
    t.deepEqual(await listed({ statuses: ['completed'] }), [8, 4, 0]);
    t.deepEqual(await listed({ statuses: ['failed'] }), [9, 5, 1]);
    t.deepEqual(await listed({ statuses: ['aborted'] }), []);
    t.deepEqual(await listed({ catalogId: 'first' }), [5, 4, 3, 2, 1, 0]);
    t.deepEqual(await listed({ requestedBy: 'odd@example.test' }), [9, 7, 5, 3, 1]);
    t.deepEqual(await listed({ since: later(8_000) }), [10, 9, 8]);
    t.deepEqual(await listed({ since: later(8_001) }), [10, 9]);
    t.deepEqual(await listed({ text: 'NAME-1' }), [10, 1]);
    t.deepEqual(await listed({ text: '%' }), []);
    const every = {
      statuses: ['failed'],
      catalogId: 'first',
      requestedBy: 'odd@example.test',
      since: later(2_000),
      text: 'name',
    } as const;
    t.deepEqual(await listed(every), [5]);
  });

  test(`${name}: a page goes on where the one before ended`, async (t) => {
    t.deepEqual(await listed({ limit: 4 }), [10, 9, 8, 7]);
    t.deepEqual(await listed({ limit: 4, after: required(all[7]) }), [6, 5, 4, 3]);
    t.deepEqual(await listed({ statuses: ['failed'], after: required(all[9]) }), [5, 1]);
  });

  test(`${name}: several states, kinds of documents, teams and times`, async (t) => {
    t.deepEqual(await listed({ statuses: ['completed', 'failed'] }), [9, 8, 5, 4, 1, 0]);
    t.deepEqual(await listed({ bundleId: 'first' }), [3, 0]);
    t.deepEqual(await listed({ catalogItemId: 'first' }), [5, 4, 2, 1]);
    t.deepEqual(await listed({ catalogItemId: 'first', bundleId: 'first' }), []);
    t.deepEqual(await listed({ team: 'payments' }), [10, 8, 6, 4, 2, 0]);
    t.deepEqual(await listed({ team: "o'reilly, \\{}" }), [9, 7, 5, 3, 1]);
    t.deepEqual(await listed({ team: 'nobody' }), []);
    t.deepEqual(await listed({ until: later(2_000) }), [1, 0]);
    t.deepEqual(await listed({ since: later(2_000), until: later(4_000) }), [3, 2]);
    for (const text of ['_', '\\', "'", 'Name-1%']) t.deepEqual(await listed({ text }), [], text);
  });

  test(`${name}: oldest first, and by the last change`, async (t) => {
    t.deepEqual(await listed({ sort: 'createdAt', limit: 3 }), [0, 1, 2]);
    t.deepEqual(await listed({ sort: 'createdAt', after: required(all[8]) }), [9, 10]);
    // Those of one millisecond by id, so that a page goes on between them.
    const byChange = [0, 2, 1, 4, 3, 6, 5, 8, 7, 10, 9];
    t.deepEqual(await listed({ sort: '-updatedAt' }), byChange);
    for (const [index, n] of byChange.entries())
      t.deepEqual(await listed({ sort: '-updatedAt', after: required(all[n]) }), byChange.slice(index + 1));
  });
};
