import 'reflect-metadata';
import { type Bus, createAwsBus, createTopology, FifoConsumer, Relay } from '@pao/bus';
import { createHttpServer, createIdentityVerifier, type HttpServer } from '@pao/http';
import { createOutboxReader, type Database, migrate, openDatabase, readOutboxLag } from '@pao/postgres';
import { type Jobs, openJobs } from '@pao/postgres/jobs';
import { createMetrics, giveWay, type Logger, newId, PeriodicJob } from '@pao/runtime';
import { container, type DependencyContainer, type InjectionToken, instanceCachingFactory } from 'tsyringe';
import packageJson from '../package.json' with { type: 'json' };
import { createCatalogInbox } from './adapters/bus/catalog-inbox.ts';
import { createDocumentChecker } from './adapters/documents/document-checker.ts';
import { buildForm } from './adapters/documents/form-builder.ts';
import { FolderWatch } from './adapters/folder/folder-watch.ts';
import { catalogRoutes } from './adapters/http/routes.ts';
import { type BackgroundSync, createBackgroundSync } from './adapters/jobs/background-sync.ts';
import { createFirstLook } from './adapters/jobs/first-look.ts';
import { createFirstSync } from './adapters/jobs/first-sync.ts';
import { createLastCheck, type LastCheck } from './adapters/jobs/last-check.ts';
import { createCommitReports } from './adapters/jobs/report-commit.ts';
import { scheduledJobs } from './adapters/jobs/scheduled-jobs.ts';
import { createSyncJob } from './adapters/jobs/sync-job.ts';
import { registerCatalogMetrics } from './adapters/metrics.ts';
import { type OpenSource, openSource } from './adapters/open-source.ts';
import { createPostgresCatalogStore } from './adapters/postgres/postgres-catalog-store.ts';
import { createPostgresDeliveryLog } from './adapters/postgres/postgres-delivery-log.ts';
import { createPostgresServedTypes } from './adapters/postgres/postgres-served-types.ts';
import { createPostgresVersionStore } from './adapters/postgres/postgres-version-store.ts';
import { type Config, environment } from './config.ts';
import type { CatalogStore } from './core/ports/catalog-store.ts';
import type { DeliveryLog } from './core/ports/delivery-log.ts';
import type { ServedTypes } from './core/ports/served-types.ts';
import { createAcceptDelivery } from './core/use-cases/accept-delivery.ts';
import { createBrowseCatalog } from './core/use-cases/browse-catalog.ts';
import { createReadAs } from './core/use-cases/catalog-reader.ts';
import { type CurrentCatalog, createCurrentCatalog } from './core/use-cases/current-catalog.ts';
import { createDiffVersions } from './core/use-cases/diff-versions.ts';
import { createGetVersion, createGetVersions } from './core/use-cases/get-versions.ts';
import { createKnownTypes, createRecordAnnouncement, type KnownTypes } from './core/use-cases/known-types.ts';
import { createListCategories } from './core/use-cases/list-categories.ts';
import { createPruneDeliveries } from './core/use-cases/prune-deliveries.ts';
import { createSyncCatalog } from './core/use-cases/sync-catalog.ts';

const now = (): Date => new Date();

const migrations = new URL('../migrations/', import.meta.url);

const token = <T>(name: string): InjectionToken<T> => Symbol(name);

const tokens = {
  config: token<Config>('Config'),
  logger: token<Logger>('Logger'),
  bus: token<Bus>('Bus'),
  database: token<Database>('Database'),
  relay: token<Relay>('Relay'),
  source: token<OpenSource>('OpenSource'),
  lastCheck: token<LastCheck>('LastCheck'),
  store: token<CatalogStore>('CatalogStore'),
  current: token<CurrentCatalog>('CurrentCatalog'),
  deliveries: token<DeliveryLog>('DeliveryLog'),
  sync: token<() => Promise<void>>('SyncJob'),
  background: token<BackgroundSync>('BackgroundSync'),
  watch: token<SourceWatch>('SourceWatch'),
  sweep: token<PeriodicJob>('Sweep'),
  server: token<HttpServer>('HttpServer'),
  jobs: token<Jobs>('Jobs'),
  served: token<ServedTypes>('ServedTypes'),
  known: token<KnownTypes>('KnownTypes'),
  consumer: token<FifoConsumer>('FifoConsumer'),
};

const openBus = ({ bus: { prefix, ...connection } }: Config): Bus =>
  createAwsBus({ ...connection, topology: createTopology({ prefix }) });

const createStore = (parts: DependencyContainer): CatalogStore =>
  createPostgresCatalogStore({
    database: parts.resolve(tokens.database),
    now: () => new Date(),
    newId,
    onMessages: () => parts.resolve(tokens.relay).kick(),
  });

const createSync = (parts: DependencyContainer): (() => Promise<void>) => {
  const { source, reporter } = parts.resolve(tokens.source);
  const known = parts.resolve(tokens.known);
  const checker = createDocumentChecker(packageJson.version, known.current);
  const syncCatalog = createSyncCatalog({ source, checker, store: parts.resolve(tokens.store), now });
  const logger = parts.resolve(tokens.logger);
  const reportCommit = createCommitReports(reporter, logger);
  const look = createFirstLook(parts.resolve(tokens.current), logger);
  return createSyncJob({
    syncCatalog: async () => {
      await known.refresh();
      return syncCatalog();
    },
    logger,
    onSynced: async (summary) => {
      if (summary.outcome !== 'unreadable') parts.resolve(tokens.lastCheck).mark();
      await look();
      await reportCommit(summary);
    },
  });
};

/** What notices changes by itself: a folder is watched and swept, a repository is asked at its schedule. */
type SourceWatch = Pick<FolderWatch, 'start' | 'processOnce' | 'stop'>;

const createWatch = (parts: DependencyContainer): SourceWatch => {
  const { source } = parts.resolve(tokens.config);
  const onChange = parts.resolve(tokens.sync);
  if (source.kind === 'folder') {
    return new FolderWatch({ folder: source.folder, onChange, logger: parts.resolve(tokens.logger) });
  }
  const nothing = async (): Promise<void> => undefined;
  return { start: nothing, processOnce: nothing, stop: nothing };
};

const createServer = (parts: DependencyContainer): HttpServer => {
  const store = parts.resolve(tokens.store);
  const database = parts.resolve(tokens.database);
  const current = parts.resolve(tokens.current);
  const config = parts.resolve(tokens.config);
  const background = parts.resolve(tokens.background);
  const log = parts.resolve(tokens.deliveries);
  const versions = createPostgresVersionStore(database);
  const metrics = createMetrics();
  registerCatalogMetrics({
    metrics,
    report: () => store.report(),
    checkedAt: parts.resolve(tokens.lastCheck).at,
    outboxLag: () => readOutboxLag(database),
  });
  return createHttpServer({
    name: 'catalog',
    logger: parts.resolve(tokens.logger),
    metrics,
    identity: createIdentityVerifier({ publicKeys: config.identityKeys }),
    readiness: [
      { name: 'database', check: () => database.ping() },
      { name: 'catalog', check: createFirstSync(store) },
    ],
    routes: catalogRoutes({
      browseCatalog: createBrowseCatalog(current),
      listCategories: createListCategories(current, store),
      readAs: createReadAs(store, buildForm, parts.resolve(tokens.known).current),
      report: () => store.report(),
      refresh: parts.resolve(tokens.sync),
      deliveries: (limit) => log.latest(limit),
      secrets: config.webhookSecrets,
      acceptDelivery: createAcceptDelivery({ log, place: config.place, kickSync: background.kick, now }),
      getVersions: createGetVersions(versions),
      getVersion: createGetVersion(versions),
      diffVersions: createDiffVersions(versions),
      buildForm,
      source: parts.resolve(tokens.source).source.name,
    }),
  });
};

const createJobs = (parts: DependencyContainer): Jobs => {
  const { databaseUrl: url, schema, webhookSecrets, resyncMinutes } = parts.resolve(tokens.config);
  const logger = parts.resolve(tokens.logger);
  const jobs = scheduledJobs({
    resyncMinutes,
    sync: parts.resolve(tokens.sync),
    pruneDeliveries:
      webhookSecrets.length > 0 ? createPruneDeliveries(parts.resolve(tokens.deliveries), now) : undefined,
    logger,
  });
  return openJobs({ url, schema, logger, jobs });
};

const createConsumer = (parts: DependencyContainer): FifoConsumer => {
  const changed = parts.resolve(tokens.background).kick;
  const [served, known] = [parts.resolve(tokens.served), parts.resolve(tokens.known)];
  return new FifoConsumer({
    source: parts.resolve(tokens.bus),
    queue: 'catalog-inbox',
    handle: createCatalogInbox(createRecordAnnouncement({ served, known, changed }), now),
    // Announcements come once a minute from each executor.
    concurrency: 4,
    waitSeconds: parts.resolve(tokens.config).busWaitSeconds,
    logger: parts.resolve(tokens.logger),
    giveWay,
  });
};

export interface CatalogParts {
  readonly bus: Bus;
  readonly database: Database;
  readonly migrate: () => Promise<void>;
  readonly relay: Relay;
  readonly sync: () => Promise<void>;
  readonly background: BackgroundSync;
  readonly source: string;
  readonly watch: SourceWatch;
  readonly sweep: PeriodicJob;
  readonly server: HttpServer;
  readonly jobs: Jobs;
  readonly consumer: FifoConsumer;
}

/** Puts the service together: one place that knows which adapter stands behind which port. */
export const wire = (config: Config, logger: Logger, bus: Bus | undefined): CatalogParts => {
  const parts = container.createChildContainer();
  const register = <T>(key: InjectionToken<T>, create: (parts: DependencyContainer) => T): void => {
    parts.register(key, { useFactory: instanceCachingFactory(create) });
  };
  const { databaseUrl: url, schema, sweepMs } = config;
  register(tokens.config, () => config);
  register(tokens.logger, () => logger);
  register(tokens.bus, () => bus ?? openBus(config));
  register(tokens.database, () => openDatabase({ url, schema, applicationName: 'pao-catalog' }));
  register(tokens.relay, (all) => {
    const outbox = createOutboxReader(all.resolve(tokens.database));
    return new Relay({ outbox, publisher: all.resolve(tokens.bus), logger, giveWay });
  });
  register(tokens.source, () => openSource(config.source, environment, now));
  register(tokens.lastCheck, () => createLastCheck(now));
  register(tokens.store, createStore);
  register(tokens.current, (all) => createCurrentCatalog(all.resolve(tokens.store)));
  register(tokens.deliveries, (all) => createPostgresDeliveryLog(all.resolve(tokens.database)));
  register(tokens.sync, createSync);
  register(tokens.background, (all) => createBackgroundSync(all.resolve(tokens.sync), logger));
  register(tokens.watch, createWatch);
  register(tokens.sweep, (all) => {
    const run = () => all.resolve(tokens.watch).processOnce();
    return new PeriodicJob({ name: 'catalog-sweep', intervalMs: sweepMs, run, logger });
  });
  register(tokens.server, createServer);
  register(tokens.jobs, createJobs);
  register(tokens.served, (all) => createPostgresServedTypes(all.resolve(tokens.database)));
  register(tokens.known, (all) => createKnownTypes(all.resolve(tokens.served)));
  register(tokens.consumer, createConsumer);
  return {
    bus: parts.resolve(tokens.bus),
    database: parts.resolve(tokens.database),
    migrate: () => migrate({ url, schema, directory: migrations, logger }),
    relay: parts.resolve(tokens.relay),
    sync: parts.resolve(tokens.sync),
    background: parts.resolve(tokens.background),
    source: parts.resolve(tokens.source).source.name,
    watch: parts.resolve(tokens.watch),
    sweep: parts.resolve(tokens.sweep),
    server: parts.resolve(tokens.server),
    jobs: parts.resolve(tokens.jobs),
    consumer: parts.resolve(tokens.consumer),
  };
};
