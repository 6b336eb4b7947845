import { hash } from 'node:crypto';
// @boundaries-ignore the code under test
import { FifoConsumer, type OutgoingMessage } from '../../../packages/bus/src/index.ts';
// @boundaries-ignore the code under test
import { PeriodicJob } from '../../../packages/runtime/src/index.ts';
// @boundaries-ignore the code under test
import { createInbox } from '../../../services/request/src/adapters/bus/inbox.ts';
// @boundaries-ignore the code under test
import { createMemoryCatalogStore } from '../../../services/request/src/adapters/memory/catalog-store.ts';
// @boundaries-ignore the code under test
import { createRememberedCatalog } from '../../../services/request/src/adapters/memory/remembered-catalog.ts';
// @boundaries-ignore the code under test
import { createMemoryRequests } from '../../../services/request/src/adapters/memory/request-store.ts';
// @boundaries-ignore the code under test
import type { Request } from '../../../services/request/src/core/domain/request.ts';
// @boundaries-ignore the code under test
import type { RequestStore } from '../../../services/request/src/core/ports/request-store.ts';
// @boundaries-ignore the code under test
import { checkApprovals } from '../../../services/request/src/core/use-cases/check-approvals.ts';
// @boundaries-ignore the code under test
import { decideApproval } from '../../../services/request/src/core/use-cases/decide-approval.ts';
// @boundaries-ignore the code under test
import { decideRequest } from '../../../services/request/src/core/use-cases/decide-request.ts';
// @boundaries-ignore the code under test
import { decideTask } from '../../../services/request/src/core/use-cases/decide-task.ts';
// @boundaries-ignore the code under test
import type { Dependencies } from '../../../services/request/src/core/use-cases/dependencies.ts';
// @boundaries-ignore the code under test
import { readRequest } from '../../../services/request/src/core/use-cases/read-request.ts';
// @boundaries-ignore the code under test
import { receiveCallback } from '../../../services/request/src/core/use-cases/receive-callback.ts';
// @boundaries-ignore the code under test
import { recordReport } from '../../../services/request/src/core/use-cases/record-report.ts';
// @boundaries-ignore the code under test
import { recordTicket } from '../../../services/request/src/core/use-cases/record-ticket.ts';
// @boundaries-ignore the code under test
import { resendOverdue } from '../../../services/request/src/core/use-cases/resend-overdue.ts';
// @boundaries-ignore the code under test
import { submitRequests } from '../../../services/request/src/core/use-cases/submit-requests.ts';
import type { Life } from '../engine/scheduler.ts';
import type { SimulatedBus } from './bus.ts';
import { remote } from './call.ts';
import { CALLBACKS } from './callbacks.ts';
import { PUBLICATIONS } from './documents.ts';
import { createOutbox } from './outbox.ts';
import { clockOf, idsOf, loggerOf } from './process.ts';
import { startRelay } from './relay.ts';
import { TENANT } from './tenant.ts';
import type { World } from './world.ts';

/** Milliseconds a command may stay without an answer before it is sent again. */
const OVERDUE_MS = 60_000;
const OVERDUE_LOOK_MS = 30_000;
const APPROVALS_LOOK_MS = 60_000;

/** The request service's database, which outlives its processes. */
export const createRequestDatabase = (world: World) => {
  const catalog = createMemoryCatalogStore();
  const requests = createMemoryRequests(catalog);
  const outbox = createOutbox(world, 'request.outbox');
  /** Rows are written with the change that causes them. */
  const flush = (): void => outbox.add(requests.takeMessages());
  const all = async () => {
    const rows = await requests.reader.list({ tenantId: TENANT, sort: 'createdAt', limit: 10_000 });
    return Promise.all(rows.map(({ id }) => requests.store.find(id)));
  };
  return {
    catalog,
    requests,
    outbox,
    flush,
    store: observed(world, requests.store, flush),
    /** Every request, as it is stored. */
    all: async (): Promise<readonly Request[]> => (await all()).filter((request) => request !== undefined),
    /** Offers the documents of a revision. */
    publish: async (revision: number): Promise<void> => {
      for (const publication of PUBLICATIONS[revision - 1] ?? []) await catalog.publish(publication);
    },
  };
};

export type RequestDatabase = ReturnType<typeof createRequestDatabase>;

/** The store, with every change that it keeps written down. */
const observed = ({ history, scheduler }: World, store: RequestStore, flush: () => void): RequestStore => ({
  ...store,
  submit: async (submission) => {
    const outcome = await store.submit(submission);
    flush();
    if (typeof outcome === 'object') {
      const requests = submission.requests.map(({ request }) => request);
      history.quotaRefused.push({ after: history.commits.length, requests });
    }
    if (outcome !== 'stored') return outcome;
    for (const { request, changes, messages } of submission.requests) {
      const kept = messages as readonly OutgoingMessage[];
      history.commits.push({
        at: scheduler.now,
        how: 'submit',
        before: undefined,
        after: request,
        changes,
        messages: kept,
      });
    }
    return outcome;
  },
  save: async (eventId, before, next) => {
    const present = await store.find(before.id);
    const outcome = await store.save(eventId, before, next);
    flush();
    if (outcome === 'saved') {
      const { request: after, changes } = next;
      const messages = next.messages as readonly OutgoingMessage[];
      history.commits.push({ at: scheduler.now, how: 'report', before: present, after, changes, messages });
    }
    return outcome;
  },
  saveDecision: async (before, next, answer) => {
    const present = await store.find(before.id);
    const outcome = await store.saveDecision(before, next, answer);
    flush();
    if (outcome === 'saved') {
      const { request: after, changes } = next;
      const messages = next.messages as readonly OutgoingMessage[];
      history.commits.push({ at: scheduler.now, how: 'decision', before: present, after, changes, messages });
    }
    return outcome;
  },
});

/** What a process of the request service can be asked over its API. */
export interface RequestApi {
  readonly life: Life;
  readonly submit: ReturnType<typeof submitRequests>;
  readonly decide: ReturnType<typeof decideRequest>;
  readonly read: ReturnType<typeof readRequest>;
  readonly vote: ReturnType<typeof decideApproval>;
  readonly callback: ReturnType<typeof receiveCallback>;
  readonly decideTask: ReturnType<typeof decideTask>;
}

export const startRequestProcess = (
  world: World,
  life: Life,
  { database, bus }: { readonly database: RequestDatabase; readonly bus: SimulatedBus },
): RequestApi => {
  const logger = loggerOf(world, life);
  const port = bus.portFor(life);
  const now = clockOf(world, life);
  const kick = startRelay(world, life, database.outbox, port);
  const dependencies: Dependencies = {
    store: remote(world, life, 'requests', database.store),
    catalog: createRememberedCatalog({
      documents: remote(world, life, 'catalog', database.catalog),
      elapsed: () => world.scheduler.now,
    }),
    commits: { committed: kick },
    platform: { environment: 'sim', account: '', region: '' },
    now,
    newId: idsOf(world, life),
    digest: (text) => hash('sha256', text, 'hex'),
    sealer: undefined,
    callbacks: CALLBACKS,
  };
  const consumer = new FifoConsumer({
    source: port,
    queue: 'request-inbox',
    handle: createInbox({
      record: recordReport(dependencies),
      // The log of a task decides nothing.
      recordProgress: async () => undefined,
      // Nobody offers what executors announce.
      recordAnnouncement: async () => undefined,
      recordTicket: recordTicket(dependencies),
      projection: database.catalog,
    }),
    concurrency: 3,
    logger,
  });
  const overdue = remote(world, life, 'overdue', overdueOf(database));
  const resend = resendOverdue({ ...dependencies, overdue, waitMs: OVERDUE_MS });
  const job = new PeriodicJob({
    name: 'overdue',
    intervalMs: OVERDUE_LOOK_MS,
    run: async (signal) => void (await resend(signal)),
    logger: logger as never,
  });
  const approvals = remote(world, life, 'approvals', database.requests.approvals);
  const check = checkApprovals({ ...dependencies, approvals });
  const reminders = new PeriodicJob({
    name: 'approvals',
    intervalMs: APPROVALS_LOOK_MS,
    run: async (signal) => void (await check(signal)),
    logger: logger as never,
  });
  reminders.start();
  consumer.start();
  job.start();
  return {
    life,
    submit: submitRequests(dependencies),
    decide: decideRequest(dependencies),
    read: readRequest(dependencies),
    vote: decideApproval({ ...dependencies, approvals }),
    callback: receiveCallback({ ...dependencies, callbacks: CALLBACKS }),
    decideTask: decideTask(dependencies),
  };
};

/** Nothing of a request is overdue while something of it is still to be published. */
const overdueOf = ({ requests: { overdue }, outbox, flush }: RequestDatabase): typeof overdue => ({
  find: async (query) => {
    const found = await overdue.find(query);
    return found.filter(({ requestId }) => !outbox.rows().some(({ groupId }) => groupId === requestId));
  },
  resend: async (task, resent) => {
    const sent = await overdue.resend(task, resent);
    flush();
    return sent;
  },
});
