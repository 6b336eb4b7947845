import type { TestFn } from 'ava';
import type { Request } from '../src/core/domain/request.ts';
import type { RequestFilter } from '../src/core/ports/request-reader.ts';
import { anItem, aPublication } from './documents.ts';
import { AT, aRequest, aTask, uuid } from './given.ts';
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
        name: `Name-${n}`,
        catalog: { ...request.catalog, id: n < 6 ? 'first' : 'second' },
        requester: { ...request.requester, email: n % 2 ? 'odd@example.test' : 'even@example.test' },
      };
    });
    await harness.store.submit(submission(all));
  });

  const listed = async (filter: Partial<RequestFilter>): Promise<number[]> => {
    const rows = await harness.reader.list({ tenantId: 'default', limit: 100, ...filter });
    return rows.map(({ id }) => all.findIndex((request) => request.id === id));
  };

  test(`${name}: lists are the tenant's own, newest first`, async (t) => {
    t.deepEqual(await listed({}), [10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0]);
    t.deepEqual(await listed({ tenantId: 'other' }), [11]);
    t.deepEqual(await listed({ tenantId: 'nobody' }), []);
  });

  test(`${name}: a row says what the request is and where it stands`, async (t) => {
    const [row] = await harness.reader.list({ tenantId: 'default', limit: 1, status: 'failed' });
    const request = all[9];
    t.deepEqual(row as object, {
      id: request?.id,
      submissionId: request?.submissionId,
      status: 'failed',
      kind: 'item',
      catalogId: 'second',
      catalogVersion: '1.0.0',
      name: 'Name-9',
      requestedBy: 'odd@example.test',
      completedTasks: 0,
      skippedTasks: 0,
      totalTasks: 1,
      createdAt: request?.createdAt,
      updatedAt: AT,
    });
  });

  test(`${name}: each filter, and all together`, async (t) => {
    t.deepEqual(await listed({ status: 'completed' }), [8, 4, 0]);
    t.deepEqual(await listed({ status: 'failed' }), [9, 5, 1]);
    t.deepEqual(await listed({ status: 'aborted' }), []);
    t.deepEqual(await listed({ catalogId: 'first' }), [5, 4, 3, 2, 1, 0]);
    t.deepEqual(await listed({ requestedBy: 'odd@example.test' }), [9, 7, 5, 3, 1]);
    t.deepEqual(await listed({ since: later(8_000) }), [10, 9, 8]);
    t.deepEqual(await listed({ since: later(8_001) }), [10, 9]);
    t.deepEqual(await listed({ text: 'NAME-1' }), [10, 1]);
    t.deepEqual(await listed({ text: '%' }), []);
    const every = {
      status: 'failed',
      catalogId: 'first',
      requestedBy: 'odd@example.test',
      since: later(2_000),
      text: 'name',
    } as const;
    t.deepEqual(await listed(every), [5]);
  });

  test(`${name}: a page goes on where the one before ended`, async (t) => {
    t.deepEqual(await listed({ limit: 4 }), [10, 9, 8, 7]);
    t.deepEqual(await listed({ limit: 4, before: all[7]?.id ?? '' }), [6, 5, 4, 3]);
    t.deepEqual(await listed({ status: 'failed', before: all[9]?.id ?? '' }), [5, 1]);
  });
};
