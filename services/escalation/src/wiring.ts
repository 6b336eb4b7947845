import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { type Bus, createAwsBus, createTopology, FifoConsumer } from '@pao/bus';
import { createHttpServer, createIdentityVerifier, type HttpServer } from '@pao/http';
import { createUuidV7 } from '@pao/kernel';
import { type Database, migrate, openDatabase, removeOldInboxRows } from '@pao/postgres';
import { giveWay, type Logger, PeriodicJob } from '@pao/runtime';
import { container, type DependencyContainer, type InjectionToken, instanceCachingFactory } from 'tsyringe';
import { createHandleMessage } from './adapters/bus/handle-message.ts';
import { escalationRoutes } from './adapters/http/routes.ts';
import { createPostgresEscalationStore } from './adapters/postgres/postgres-escalation-store.ts';
import type { Config } from './config.ts';
import type { EscalationStore } from './core/ports/escalation-store.ts';
import { createListEscalations } from './core/use-cases/list-escalations.ts';
import { createRecordStop } from './core/use-cases/record-stop.ts';

const migrations = new URL('../migrations/', import.meta.url);
const HOUSEKEEPING_MS = 6 * 60 * 60 * 1_000;

const token = <T>(name: string): InjectionToken<T> => Symbol(name);

const tokens = {
  config: token<Config>('Config'),
  logger: token<Logger>('Logger'),
  bus: token<Bus>('Bus'),
  database: token<Database>('Database'),
  store: token<EscalationStore>('EscalationStore'),
  consumer: token<FifoConsumer>('FifoConsumer'),
  housekeeping: token<PeriodicJob>('Housekeeping'),
  server: token<HttpServer>('HttpServer'),
};

const openBus = ({ bus: { prefix, ...connection } }: Config): Bus =>
  createAwsBus({ ...connection, topology: createTopology({ prefix }) });

const createConsumer = (parts: DependencyContainer): FifoConsumer => {
  const store = parts.resolve(tokens.store);
  return new FifoConsumer({
    source: parts.resolve(tokens.bus),
    queue: 'escalation-inbox',
    handle: createHandleMessage({
      recordStop: createRecordStop(store, createUuidV7(Date.now, randomBytes)),
      recordTaskFailure: (eventId, failure) => store.recordTaskFailure(eventId, failure),
      settle: (settled) => store.settle(settled),
      resume: (retried) => store.resume(retried),
    }),
    ...parts.resolve(tokens.config).consumer,
    logger: parts.resolve(tokens.logger),
    giveWay,
  });
};

const createHousekeeping = (parts: DependencyContainer): PeriodicJob => {
  const database = parts.resolve(tokens.database);
  const run = async (): Promise<void> => void (await removeOldInboxRows(database));
  const logger = parts.resolve(tokens.logger);
  return new PeriodicJob({ name: 'inbox-housekeeping', intervalMs: HOUSEKEEPING_MS, run, logger });
};

const createServer = (parts: DependencyContainer): HttpServer => {
  const database = parts.resolve(tokens.database);
  return createHttpServer({
    name: 'escalation',
    logger: parts.resolve(tokens.logger),
    identity: createIdentityVerifier({ publicKeys: parts.resolve(tokens.config).identityKeys }),
    readiness: [{ name: 'database', check: () => database.ping() }],
    routes: escalationRoutes(createListEscalations(parts.resolve(tokens.store))),
  });
};

export interface EscalationParts {
  readonly bus: Bus;
  readonly database: Database;
  readonly migrate: () => Promise<void>;
  readonly consumer: FifoConsumer;
  readonly housekeeping: PeriodicJob;
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
  register(tokens.bus, () => bus ?? openBus(config));
  register(tokens.database, () => openDatabase({ url, schema, applicationName: 'pao-escalation' }));
  register(tokens.store, (all) => createPostgresEscalationStore(all.resolve(tokens.database)));
  register(tokens.consumer, createConsumer);
  register(tokens.housekeeping, createHousekeeping);
  register(tokens.server, createServer);
  return {
    bus: parts.resolve(tokens.bus),
    database: parts.resolve(tokens.database),
    migrate: () => migrate({ url, schema, directory: migrations, logger }),
    consumer: parts.resolve(tokens.consumer),
    housekeeping: parts.resolve(tokens.housekeeping),
    server: parts.resolve(tokens.server),
  };
};
