import 'reflect-metadata';
import { hash } from 'node:crypto';
import { type Bus, createAwsBus, createTopology, FifoConsumer, Relay } from '@pao/bus';
import { createHttpServer, createIdentityVerifier, type HttpServer } from '@pao/http';
import { createOutboxReader, type Database, migrate, openDatabase, removeOldInboxRows } from '@pao/postgres';
import type { Jobs } from '@pao/postgres/jobs';
import { createMetrics, createSealer, giveWay, type Logger, type Metrics, newId, type PeriodicJob } from '@pao/runtime';
import { container, type DependencyContainer, type InjectionToken, instanceCachingFactory } from 'tsyringe';
import { createInbox } from './adapters/bus/inbox.ts';
import { observeReports } from './adapters/bus/observe-reports.ts';
import { observeTickets } from './adapters/bus/observe-tickets.ts';
import { auditRoutes } from './adapters/http/audit.ts';
import { decisionRoutes } from './adapters/http/decide-requests.ts';
import { taskDecisionRoute } from './adapters/http/decide-tasks.ts';
import { requestGraphRoute } from './adapters/http/graph.ts';
import { listRequestsRoute } from './adapters/http/list-requests.ts';
import { planRequestsRoute } from './adapters/http/plan-requests.ts';
import { requestRoutes } from './adapters/http/routes.ts';
import { submitRequestsRoute } from './adapters/http/submit-requests.ts';
import { createPeriodicJobs } from './adapters/jobs/periodic-jobs.ts';
import { openScheduledJobs } from './adapters/jobs/scheduled-jobs.ts';
import { MemoryChangeFeed } from './adapters/memory/change-feed.ts';
import { createRememberedCatalog, type RememberedCatalog } from './adapters/memory/remembered-catalog.ts';
import { removeOldAnswers } from './adapters/postgres/answers.ts';
import { createPostgresAuditReader } from './adapters/postgres/audit-reader.ts';
import { createPostgresCatalogStore } from './adapters/postgres/catalog-store.ts';
import { registerRequestMetrics } from './adapters/postgres/metrics.ts';
import { createPostgresOverdueTasks } from './adapters/postgres/overdue-tasks.ts';
import { createPostgresRequestReader } from './adapters/postgres/request-reader.ts';
import { createPostgresRequestStore } from './adapters/postgres/request-store.ts';
import type { Config } from './config.ts';
import type { CatalogDocuments } from './core/ports/catalog-documents.ts';
import type { CatalogProjection } from './core/ports/catalog-projection.ts';
import type { RequestReader } from './core/ports/request-reader.ts';
import { createCatchUp } from './core/use-cases/catch-up.ts';
import { decideRequest } from './core/use-cases/decide-request.ts';
import { decideTask } from './core/use-cases/decide-task.ts';
import type { Dependencies } from './core/use-cases/dependencies.ts';
import { followRequest } from './core/use-cases/follow-request.ts';
import { planRequests } from './core/use-cases/plan-requests.ts';
import { planRollback } from './core/use-cases/plan-rollback.ts';
import { projectCatalog } from './core/use-cases/project-catalog.ts';
import { readRequest } from './core/use-cases/read-request.ts';
import { recordReport } from './core/use-cases/record-report.ts';
import { recordTicket } from './core/use-cases/record-ticket.ts';
import { resendOverdue } from './core/use-cases/resend-overdue.ts';
import { submitRequests } from './core/use-cases/submit-requests.ts';
import { approvalJobs, wireApprovals } from './wiring/approvals.ts';
import { askingJobs } from './wiring/asking.ts';
import { openCallbacks, wireCallbacks } from './wiring/callbacks.ts';
import { createPools, type Pools, registerPoolMetrics } from './wiring/pools.ts';
import { wireQuotas } from './wiring/quotas.ts';

import { createReading, type Reading } from './wiring/reading.ts';
import { createUpkeep, type Upkeep } from './wiring/upkeep.ts';

const migrations = new URL('../migrations/', import.meta.url);

const token = <T>(name: string): InjectionToken<T> => Symbol(name);

const tokens = {
  config: token<Config>('Config'),
  logger: token<Logger>('Logger'),
  metrics: token<Metrics>('Metrics'),
  bus: token<Bus>('Bus'),
  database: token<Database>('Database'),
  relay: token<Relay>('Relay'),
  feed: token<MemoryChangeFeed>('ChangeFeed'),
  reading: token<Reading>('Reading'),
  reader: token<RequestReader>('RequestReader'),
  catalogStore: token<CatalogProjection & CatalogDocuments>('CatalogStore'),
  catalog: token<RememberedCatalog>('Catalog'),
  dependencies: token<Dependencies>('Dependencies'),
  consumer: token<FifoConsumer>('FifoConsumer'),
  server: token<HttpServer>('HttpServer'),
  jobs: token<readonly PeriodicJob[]>('Jobs'),
  upkeep: token<Upkeep>('Upkeep'),
  pools: token<Pools>('Pools'),
};

const openBus = ({ bus: { prefix, pools, ...connection } }: Config): Bus =>
  createAwsBus({ ...connection, topology: createTopology({ prefix, pools }) });

const createDependencies = (parts: DependencyContainer): Dependencies => {
  const relay = parts.resolve(tokens.relay);
  const feed = parts.resolve(tokens.feed);
  const reading = parts.resolve(tokens.reading);
  return {
    store: createPostgresRequestStore(parts.resolve(tokens.database)),
    catalog: parts.resolve(tokens.catalog),
    commits: {
      committed: ({ request, changes, messages }) => {
        if (messages.length > 0) relay.kick();
        feed.announce(request.id, changes);
        reading.committed();
      },
    },
    platform: parts.resolve(tokens.config).platform,
    now: () => new Date(),
    newId,
    digest: (text) => hash('sha256', text),
    sealer: createSealer(parts.resolve(tokens.config).dataKeys),
    callbacks: openCallbacks(parts.resolve(tokens.config)),
    pools: parts.resolve(tokens.pools).known,
  };
};

const createConsumer = (parts: DependencyContainer): FifoConsumer =>
  new FifoConsumer({
    source: parts.resolve(tokens.bus),
    queue: 'request-inbox',
    handle: createInbox({
      record: observeReports(
        parts.resolve(tokens.reading).keepLateLogs(recordReport(parts.resolve(tokens.dependencies))),
        {
          logger: parts.resolve(tokens.logger),
          metrics: parts.resolve(tokens.metrics),
        },
      ),
      recordProgress: parts.resolve(tokens.reading).recordProgress(parts.resolve(tokens.dependencies).store),
      recordTicket: observeTickets(recordTicket(parts.resolve(tokens.dependencies)), {
        logger: parts.resolve(tokens.logger),
        metrics: parts.resolve(tokens.metrics),
      }),
      recordAnnouncement: parts.resolve(tokens.pools).recordAnnouncement,
      projection: projectCatalog(parts.resolve(tokens.catalogStore), parts.resolve(tokens.catalog)),
    }),
    ...parts.resolve(tokens.config).consumer,
    logger: parts.resolve(tokens.logger),
    giveWay,
  });

const createServer = (parts: DependencyContainer): HttpServer => {
  const database = parts.resolve(tokens.database);
  const dependencies = parts.resolve(tokens.dependencies);
  const quotas = wireQuotas(database, dependencies);
  const reader = parts.resolve(tokens.reader);
  const metrics = parts.resolve(tokens.metrics);
  const pools = parts.resolve(tokens.pools);
  registerRequestMetrics(metrics, database);
  registerPoolMetrics(metrics, pools);
  return createHttpServer({
    name: 'request',
    logger: parts.resolve(tokens.logger),
    metrics,
    identity: createIdentityVerifier({ publicKeys: parts.resolve(tokens.config).identityKeys }),
    // The consumer runs whenever this answers: it is started before the server and stopped after it.
    readiness: [
      { name: 'database', check: () => database.ping() },
      { name: 'catalog', check: createCatchUp(parts.resolve(tokens.catalogStore)) },
    ],
    routes: [
      submitRequestsRoute(submitRequests(dependencies)),
      planRequestsRoute(planRequests({ ...dependencies, ...quotas, pools: pools.known })),
      ...quotas.routes,
      ...wireApprovals(database, dependencies),
      ...wireCallbacks(dependencies),
      taskDecisionRoute(decideTask(dependencies)),
      ...parts.resolve(tokens.reading).routes(reader),
      listRequestsRoute(reader),
      requestGraphRoute(readRequest(dependencies)),
      ...parts.resolve(tokens.upkeep).routes,
      ...pools.routes,
      ...auditRoutes({ reader, auditReader: createPostgresAuditReader(database), digest: dependencies.digest }),
      ...requestRoutes({
        pools: pools.known,
        readRequest: readRequest(dependencies),
        followRequest: followRequest({ reader, feed: parts.resolve(tokens.feed) }),
        findLeadTime: parts.resolve(tokens.upkeep).findLeadTime,
      }),
      ...decisionRoutes({
        readRequest: readRequest(dependencies),
        planRollback: (request) => planRollback(request, dependencies),
        decideRequest: decideRequest(dependencies),
      }),
    ],
  });
};

const createJobs = (parts: DependencyContainer): readonly PeriodicJob[] => {
  const database = parts.resolve(tokens.database);
  const { resendAfterMs: waitMs, idempotencyHours } = parts.resolve(tokens.config);
  const overdue = createPostgresOverdueTasks(database);
  return createPeriodicJobs({
    resend: resendOverdue({ ...parts.resolve(tokens.dependencies), overdue, waitMs }),
    look: async () => {
      await parts.resolve(tokens.feed).look(parts.resolve(tokens.reader));
      await parts.resolve(tokens.reading).look();
    },
    housekeeping: [
      () => removeOldInboxRows(database),
      () => removeOldAnswers(database, idempotencyHours),
      () => parts.resolve(tokens.pools).executors.removeOld(),
    ],
    logger: parts.resolve(tokens.logger),
  });
};

export interface RequestParts {
  readonly bus: Bus;
  readonly database: Database;
  readonly migrate: () => Promise<void>;
  readonly relay: Relay;
  readonly consumer: FifoConsumer;
  readonly jobs: readonly PeriodicJob[];
  readonly scheduled: Jobs;
  readonly server: HttpServer;
}

/** Puts the service together: one place that knows which adapter stands behind which port. */
export const wire = (config: Config, logger: Logger, bus: Bus | undefined): RequestParts => {
  const parts = container.createChildContainer();
  const register = <T>(key: InjectionToken<T>, create: (parts: DependencyContainer) => T): void => {
    parts.register(key, { useFactory: instanceCachingFactory(create) });
  };
  const { url, schema } = config.database;
  register(tokens.config, () => config);
  register(tokens.logger, () => logger);
  register(tokens.metrics, createMetrics);
  register(tokens.bus, () => bus ?? openBus(config));
  register(tokens.database, () => openDatabase({ ...config.database, applicationName: 'pao-request' }));
  register(tokens.relay, (all) => {
    const outbox = createOutboxReader(all.resolve(tokens.database));
    return new Relay({ outbox, publisher: all.resolve(tokens.bus), logger, giveWay });
  });
  register(tokens.feed, () => new MemoryChangeFeed());
  register(tokens.reading, (all) =>
    createReading({ database: all.resolve(tokens.database), changes: all.resolve(tokens.feed), logger }),
  );
  register(tokens.reader, (all) => createPostgresRequestReader(all.resolve(tokens.database)));
  register(tokens.catalogStore, (all) => createPostgresCatalogStore(all.resolve(tokens.database)));
  register(tokens.catalog, (all) => {
    const documents = all.resolve(tokens.catalogStore);
    return createRememberedCatalog({ documents, elapsed: () => performance.now() });
  });
  register(tokens.dependencies, createDependencies);
  register(tokens.consumer, createConsumer);
  register(tokens.server, createServer);
  register(tokens.jobs, createJobs);
  register(tokens.pools, (all) => createPools(all.resolve(tokens.database), config, () => new Date()));
  register(tokens.upkeep, (all) => {
    const [database, metrics] = [all.resolve(tokens.database), all.resolve(tokens.metrics)];
    return createUpkeep({ database, config, logger, metrics, now: () => new Date() });
  });
  return {
    bus: parts.resolve(tokens.bus),
    database: parts.resolve(tokens.database),
    migrate: () => migrate({ url, schema, directory: migrations, logger }),
    relay: parts.resolve(tokens.relay),
    consumer: parts.resolve(tokens.consumer),
    jobs: parts.resolve(tokens.jobs),
    scheduled: openScheduledJobs({
      url,
      schema,
      logger,
      jobs: [
        ...parts.resolve(tokens.upkeep).jobs,
        ...askingJobs(parts.resolve(tokens.database), {
          ...parts.resolve(tokens.dependencies),
          reader: parts.resolve(tokens.reader),
          logger,
        }),
        ...approvalJobs(parts.resolve(tokens.database), { ...parts.resolve(tokens.dependencies), logger }),
      ],
    }),
    server: parts.resolve(tokens.server),
  };
};
