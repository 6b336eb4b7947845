import 'reflect-metadata';
import { type Bus, createAwsBus, createTopology, FifoConsumer, Relay } from '@pao/bus';
import { createHttpServer, createIdentityVerifier, type HttpServer } from '@pao/http';
import { createEgress, createHttpSender, type HttpSender } from '@pao/outgoing';
import { createOutboxReader, type Database, migrate, openDatabase, removeOldInboxRows } from '@pao/postgres';
import { createMetrics, giveWay, type Logger, type Metrics, newId, PeriodicJob } from '@pao/runtime';
import { container, type DependencyContainer, type InjectionToken, instanceCachingFactory } from 'tsyringe';
import { createHandleMessage } from './adapters/bus/handle-message.ts';
import { createHandoverMessages } from './adapters/bus/handover-messages.ts';
import { jiraWebhookRoute } from './adapters/http/jira-webhook.ts';
import { escalationRoutes } from './adapters/http/routes.ts';
import { servicenowWebhookRoute } from './adapters/http/servicenow-webhook.ts';
import { ticketRoutes } from './adapters/http/tickets.ts';
import { createJiraTicketSystem, jiraSites } from './adapters/jira/jira-ticket-system.ts';
import { createSweep } from './adapters/jira/sweep.ts';
import { TicketWorker } from './adapters/jobs/ticket-worker.ts';
import { createPostgresHandoverStore } from './adapters/postgres/postgres-handover-store.ts';
import { removeEnded } from './adapters/postgres/remove-ended.ts';
import { createServiceNowTicketSystem, serviceNowSites } from './adapters/servicenow/servicenow-ticket-system.ts';
import { createRecordSweep } from './adapters/servicenow/sweep.ts';
import { createTicketSystems } from './adapters/tickets/ticket-systems.ts';
import type { Config } from './config.ts';
import type { EscalationStore } from './core/ports/escalation-store.ts';
import type { HandoverStore } from './core/ports/handover-store.ts';
import type { TicketSystem } from './core/ports/ticket-system.ts';
import { createListEscalations } from './core/use-cases/list-escalations.ts';
import { createMendTicket } from './core/use-cases/mend-ticket.ts';
import { createNoticeIssue } from './core/use-cases/notice-issues.ts';
import { createReadHandover } from './core/use-cases/read-handover.ts';
import { createRecordStop } from './core/use-cases/record-stop.ts';
import { createTakeHandover } from './core/use-cases/take-handover.ts';
import { createWorkHandover } from './core/use-cases/work-handover.ts';
import { createIncidents, type Incidents } from './wiring/incidents.ts';
import { createNotifications, type Notifications } from './wiring/notifications.ts';
import { createQueues, type Queues } from './wiring/queues.ts';

const migrations = new URL('../migrations/', import.meta.url);
const HOUSEKEEPING_MS = 6 * 60 * 60 * 1_000;
/** Of one call to Jira: while people work, and while somebody waits for the answer. */
const CALL_MS = 15_000;
const LIVE_MS = 3_000;
const WORKERS = 4;
const POLL_MS = 1_000;
/** Its news are for people, and most are that nobody has to be told of anything. */
const GATHER_MS = 100;

const token = <T>(name: string): InjectionToken<T> => Symbol(name);

const tokens = {
  config: token<Config>('Config'),
  logger: token<Logger>('Logger'),
  metrics: token<Metrics>('Metrics'),
  bus: token<Bus>('Bus'),
  database: token<Database>('Database'),
  store: token<EscalationStore>('EscalationStore'),
  handovers: token<HandoverStore>('HandoverStore'),
  relay: token<Relay>('Relay'),
  sender: token<HttpSender>('HttpSender'),
  tickets: token<TicketSystem>('TicketSystem'),
  worker: token<TicketWorker>('TicketWorker'),
  consumer: token<FifoConsumer>('FifoConsumer'),
  sweep: token<PeriodicJob>('Sweep'),
  housekeeping: token<PeriodicJob>('Housekeeping'),
  queues: token<Queues>('Queues'),
  notifications: token<Notifications>('Notifications'),
  incidents: token<Incidents>('Incidents'),
  server: token<HttpServer>('HttpServer'),
};

const openBus = ({ bus: { prefix, pools, ...connection } }: Config): Bus =>
  createAwsBus({ ...connection, topology: createTopology({ prefix, pools }) });

const createHandovers = (parts: DependencyContainer): HandoverStore =>
  createPostgresHandoverStore(parts.resolve(tokens.database), {
    messages: createHandoverMessages(newId),
    committed: ({ due, messages }) => {
      if (messages) parts.resolve(tokens.relay).kick();
      if (due) parts.resolve(tokens.worker).kick();
    },
  });

const createTickets = (parts: DependencyContainer, timeoutMs: number): TicketSystem => {
  const { jira, servicenow } = parts.resolve(tokens.config);
  const { send } = parts.resolve(tokens.sender);
  const shared = { send, timeoutMs, now: () => new Date() };
  return createTicketSystems({
    jira: createJiraTicketSystem({ ...jira, ...shared }),
    servicenow: createServiceNowTicketSystem({ ...servicenow, declined: jira.declined, ...shared }),
  });
};

const createWorker = (parts: DependencyContainer): TicketWorker => {
  const { defaults, leaseMs } = parts.resolve(tokens.config);
  const store = parts.resolve(tokens.handovers);
  const work = createWorkHandover({ store, tickets: parts.resolve(tokens.tickets), defaults, leaseMs });
  return new TicketWorker({ work, concurrency: WORKERS, pollMs: POLL_MS, logger: parts.resolve(tokens.logger) });
};

const createSweepJob = (parts: DependencyContainer): PeriodicJob => {
  const { jira, servicenow, sweepMs } = parts.resolve(tokens.config);
  const { send } = parts.resolve(tokens.sender);
  const logger = parts.resolve(tokens.logger);
  const shared = {
    ...{ everyMs: sweepMs, timeoutMs: CALL_MS, logger },
    notice: createNoticeIssue(parts.resolve(tokens.handovers)),
  };
  const now = () => new Date();
  const issues = createSweep({ ...shared, sites: jiraSites({ ...jira, send, now }) });
  const records = createRecordSweep({
    ...shared,
    sites: serviceNowSites({ ...servicenow, send, now }),
    tables: servicenow.tables,
  });
  const run = async (signal: AbortSignal): Promise<void> => {
    await issues(signal);
    await records(signal);
  };
  return new PeriodicJob({ name: 'ticket-sweep', intervalMs: sweepMs, run, logger });
};

const createConsumer = (parts: DependencyContainer): FifoConsumer => {
  const store = parts.resolve(tokens.store);
  return new FifoConsumer({
    source: parts.resolve(tokens.bus),
    queue: 'escalation-inbox',
    handle: createHandleMessage({
      recordStop: createRecordStop(store, newId),
      recordTaskFailure: (eventId, failure) => store.recordTaskFailure(eventId, failure),
      settle: (settled) => store.settle(settled),
      resume: (retried) => store.resume(retried),
      notify: (message) => parts.resolve(tokens.notifications).notify(message),
      handover: createTakeHandover(
        parts.resolve(tokens.handovers),
        store,
        parts.resolve(tokens.config).defaults.routes,
      ),
    }),
    ...parts.resolve(tokens.config).consumer,
    gatherMs: GATHER_MS,
    logger: parts.resolve(tokens.logger),
    giveWay,
  });
};

const createHousekeeping = (parts: DependencyContainer): PeriodicJob => {
  const database = parts.resolve(tokens.database);
  const { retentionDays: days } = parts.resolve(tokens.config);
  const logger = parts.resolve(tokens.logger);
  const run = async (signal: AbortSignal): Promise<void> => {
    await removeOldInboxRows(database);
    const removed = await removeEnded(database, { days, signal });
    if (Object.values(removed).some((count) => count > 0)) logger.info(removed, 'what ended long ago is removed');
  };
  return new PeriodicJob({ name: 'housekeeping', intervalMs: HOUSEKEEPING_MS, run, logger });
};

const createServer = (parts: DependencyContainer): HttpServer => {
  const database = parts.resolve(tokens.database);
  const handovers = parts.resolve(tokens.handovers);
  const live = createTickets(parts, LIVE_MS);
  return createHttpServer({
    name: 'escalation',
    logger: parts.resolve(tokens.logger),
    metrics: parts.resolve(tokens.metrics),
    identity: createIdentityVerifier({ publicKeys: parts.resolve(tokens.config).identityKeys }),
    readiness: [{ name: 'database', check: () => database.ping() }],
    routes: [
      ...escalationRoutes(createListEscalations(parts.resolve(tokens.store)), handovers),
      ...ticketRoutes({ read: createReadHandover(handovers, live), mend: createMendTicket(handovers, live) }),
      ...parts.resolve(tokens.queues).routes,
      ...parts.resolve(tokens.notifications).routes,
      ...parts.resolve(tokens.incidents).routes,
      jiraWebhookRoute(parts.resolve(tokens.config).jira.webhookSecret, createNoticeIssue(handovers)),
      servicenowWebhookRoute(parts.resolve(tokens.config).servicenow.webhookSecret, createNoticeIssue(handovers)),
    ],
  });
};

export interface EscalationParts {
  readonly bus: Bus;
  readonly database: Database;
  readonly migrate: () => Promise<void>;
  readonly relay: Relay;
  readonly sender: HttpSender;
  readonly worker: TicketWorker;
  readonly sweep: PeriodicJob;
  readonly consumer: FifoConsumer;
  readonly housekeeping: PeriodicJob;
  readonly queues: Queues;
  readonly notifications: Notifications;
  readonly incidents: Incidents;
  readonly server: HttpServer;
}

/** Puts the service together: one place that knows which adapter stands behind which port. */
export const wire = (config: Config, logger: Logger, bus: Bus | undefined): EscalationParts => {
  const parts = container.createChildContainer();
  const register = <T>(key: InjectionToken<T>, create: (parts: DependencyContainer) => T): void => {
    parts.register(key, { useFactory: instanceCachingFactory(create) });
  };
  const { databaseUrl: url, schema } = config;
  register(tokens.config, () => config);
  register(tokens.logger, () => logger);
  register(tokens.metrics, createMetrics);
  register(tokens.bus, () => bus ?? openBus(config));
  register(tokens.database, () => openDatabase({ url, schema, applicationName: 'pao-escalation' }));
  register(tokens.incidents, (all) => {
    const kick = (): void => all.resolve(tokens.relay).kick();
    return createIncidents({
      database: all.resolve(tokens.database),
      windowMs: config.incidentWindowMs,
      logger,
      newId,
      kick,
    });
  });
  register(tokens.store, (all) => all.resolve(tokens.incidents).escalations);
  register(tokens.relay, (all) => {
    const outbox = createOutboxReader(all.resolve(tokens.database));
    return new Relay({ outbox, publisher: all.resolve(tokens.bus), logger });
  });
  register(tokens.sender, () =>
    createHttpSender(createEgress({ allow: new Set(config.egress.allow), map: new Map(config.egress.map) })),
  );
  register(tokens.handovers, createHandovers);
  register(tokens.tickets, (all) => createTickets(all, CALL_MS));
  register(tokens.worker, createWorker);
  register(tokens.sweep, createSweepJob);
  register(tokens.consumer, createConsumer);
  register(tokens.housekeeping, createHousekeeping);
  register(tokens.queues, (all) => {
    const [database, metrics] = [all.resolve(tokens.database), all.resolve(tokens.metrics)];
    const kick = (): void => all.resolve(tokens.relay).kick();
    return createQueues({ bus: all.resolve(tokens.bus), database, config, logger, metrics, newId, kick });
  });
  register(tokens.notifications, (all) => {
    const { send } = all.resolve(tokens.sender);
    return createNotifications({
      database: all.resolve(tokens.database),
      send,
      logger,
      settings: { ...config, allow: config.egress.allow },
    });
  });
  register(tokens.server, createServer);
  return {
    bus: parts.resolve(tokens.bus),
    database: parts.resolve(tokens.database),
    migrate: () => migrate({ url, schema, directory: migrations, logger }),
    relay: parts.resolve(tokens.relay),
    sender: parts.resolve(tokens.sender),
    worker: parts.resolve(tokens.worker),
    sweep: parts.resolve(tokens.sweep),
    consumer: parts.resolve(tokens.consumer),
    housekeeping: parts.resolve(tokens.housekeeping),
    queues: parts.resolve(tokens.queues),
    notifications: parts.resolve(tokens.notifications),
    incidents: parts.resolve(tokens.incidents),
    server: parts.resolve(tokens.server),
  };
};
