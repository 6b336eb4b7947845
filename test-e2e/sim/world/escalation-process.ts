// @boundaries-ignore the code under test
import { FifoConsumer } from '../../../packages/bus/src/index.ts';
// @boundaries-ignore the code under test
import { PeriodicJob } from '../../../packages/runtime/src/index.ts';
// @boundaries-ignore the code under test
import { createHandleMessage } from '../../../services/escalation/src/adapters/bus/handle-message.ts';
// @boundaries-ignore the code under test
import {
  createHandoverMessages,
  type HandoverMessages,
} from '../../../services/escalation/src/adapters/bus/handover-messages.ts';
// @boundaries-ignore the code under test
import {
  createJiraTicketSystem,
  jiraSites,
} from '../../../services/escalation/src/adapters/jira/jira-ticket-system.ts';
// @boundaries-ignore the code under test
import { createSweep } from '../../../services/escalation/src/adapters/jira/sweep.ts';
// @boundaries-ignore the code under test
import { TicketWorker } from '../../../services/escalation/src/adapters/jobs/ticket-worker.ts';
// @boundaries-ignore the code under test
import { createMemoryEscalationStore } from '../../../services/escalation/src/adapters/memory/memory-escalation-store.ts';
// @boundaries-ignore the code under test
import { createMemoryHandoverStore } from '../../../services/escalation/src/adapters/memory/memory-handover-store.ts';
// @boundaries-ignore the code under test
import { type Change, dueAtOf, type Handover } from '../../../services/escalation/src/core/domain/tickets/handover.ts';
// @boundaries-ignore the code under test
import type { HandoverStore } from '../../../services/escalation/src/core/ports/handover-store.ts';
// @boundaries-ignore the code under test
import { createMendTicket } from '../../../services/escalation/src/core/use-cases/mend-ticket.ts';
// @boundaries-ignore the code under test
import { createNoticeIssue } from '../../../services/escalation/src/core/use-cases/notice-issues.ts';
// @boundaries-ignore the code under test
import { createReadHandover } from '../../../services/escalation/src/core/use-cases/read-handover.ts';
// @boundaries-ignore the code under test
import { createRecordStop } from '../../../services/escalation/src/core/use-cases/record-stop.ts';
// @boundaries-ignore the code under test
import { createTakeHandover } from '../../../services/escalation/src/core/use-cases/take-handover.ts';
// @boundaries-ignore the code under test
import { createWorkHandover } from '../../../services/escalation/src/core/use-cases/work-handover.ts';
import type { Life } from '../engine/scheduler.ts';
import { EPOCH } from '../engine/virtual-time.ts';
import type { SimulatedBus } from './bus.ts';
import { remote } from './call.ts';
import type { Network } from './http.ts';
import { createOutbox } from './outbox.ts';
import { clockOf, idsOf, loggerOf } from './process.ts';
import { startRelay } from './relay.ts';
import type { World } from './world.ts';

const SWEEP_MS = 240_000;
/** Seldom: each commit that makes something due wakes the worker, and a poll is for what comes due by itself. */
const POLL_MS = 10_000;
const LEASE_MS = 90_000;
const CALL_MS = 15_000;
const LIVE_MS = 3_000;

const DECLINED: ReadonlySet<string> = new Set(["won't do"]);
const INSTANCES = new Map([
  ['default', { url: 'https://jira.test', email: 'sim@example.test', apiToken: 'not-a-secret' }],
]);
const DEFAULTS = { project: 'SIM', issueType: 'Task', parent: undefined, routes: new Map() };

/** The escalation service's database. What others are told is written with the change that causes it. */
export const createEscalationDatabase = (world: World) => {
  const now = (): Date => new Date(EPOCH + Math.floor(world.scheduler.now));
  const memory = createMemoryHandoverStore(now);
  const outbox = createOutbox(world, 'escalation.outbox');
  const handovers = new Map<string, Handover>();
  const storeFor = (messages: HandoverMessages): HandoverStore => ({
    ...memory,
    change: async (requestId, decide, eventId) => {
      let made: { readonly change: Change; readonly now: Date } | undefined;
      const observed: typeof decide = (handover, now) => {
        const change = decide(handover, now);
        made = change && { change, now };
        return change;
      };
      await memory.change(requestId, observed, eventId);
      if (made === undefined) return;
      handovers.set(requestId, made.change.handover);
      outbox.add(messages(made.change, made.now));
    },
  });
  return {
    escalations: createMemoryEscalationStore(),
    storeFor,
    outbox,
    /** Every handover, as it is stored. */
    all: (): readonly Handover[] => [...handovers.values()],
    isDue: (): boolean =>
      [...handovers.values()].some((handover) => {
        const due = dueAtOf(handover);
        return due !== null && due <= now();
      }),
  };
};

export type EscalationDatabase = ReturnType<typeof createEscalationDatabase>;

/** What a process of the escalation service can be asked over its API, and what Jira tells it. */
export interface EscalationApi {
  readonly life: Life;
  readonly read: ReturnType<typeof createReadHandover>;
  readonly mend: ReturnType<typeof createMendTicket>;
  readonly notice: ReturnType<typeof createNoticeIssue>;
}

interface EscalationParts {
  readonly database: EscalationDatabase;
  readonly bus: SimulatedBus;
  readonly network: Network;
}

export const startEscalationProcess = (
  world: World,
  life: Life,
  { database, bus, network }: EscalationParts,
): EscalationApi => {
  const logger = loggerOf(world, life) as never;
  const [port, send, newId, now] = [bus.portFor(life), network.sendFor(life), idsOf(world, life), clockOf(world, life)];
  const kick = startRelay(world, life, database.outbox, port);
  const committed = (): void => {
    if (database.outbox.rows().length > 0) kick();
    if (database.isDue()) worker.kick();
  };
  const own = remote(world, life, 'handovers', database.storeFor(createHandoverMessages(newId)));
  const store = telling(own, committed);
  const jira = { instances: INSTANCES, send, now, declined: DECLINED, linkType: 'Blocks' };
  const tickets = createJiraTicketSystem({ ...jira, timeoutMs: CALL_MS });
  const live = createJiraTicketSystem({ ...jira, timeoutMs: LIVE_MS });
  const work = createWorkHandover({ store, tickets, defaults: DEFAULTS, leaseMs: LEASE_MS });
  const worker = new TicketWorker({ work, concurrency: 1, pollMs: POLL_MS, logger });
  const escalations = remote(world, life, 'escalations', database.escalations);
  const consumer = new FifoConsumer({
    source: port,
    queue: 'escalation-inbox',
    handle: createHandleMessage({
      notify: async () => undefined,
      recordStop: createRecordStop(escalations, newId),
      recordTaskFailure: escalations.recordTaskFailure,
      settle: escalations.settle,
      resume: escalations.resume,
      handover: createTakeHandover(store, escalations),
    }),
    concurrency: 2,
    logger,
  });
  const notice = createNoticeIssue(store);
  const run = createSweep({ sites: jiraSites(jira), notice, everyMs: SWEEP_MS, timeoutMs: CALL_MS, logger });
  const sweep = new PeriodicJob({ name: 'ticket-sweep', intervalMs: SWEEP_MS, run, logger });
  worker.start();
  consumer.start();
  sweep.start();
  return { life, read: createReadHandover(store, live), mend: createMendTicket(store, live), notice };
};

const telling = (store: HandoverStore, committed: () => void): HandoverStore =>
  new Proxy(store, {
    get: (target, name) => {
      if (name !== 'change') return Reflect.get(target, name) as unknown;
      return async (...args: Parameters<HandoverStore['change']>): Promise<void> => {
        await target.change(...args);
        committed();
      };
    },
  });
