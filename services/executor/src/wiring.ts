import {
  type ActionRunners,
  countOpenAttempts,
  countParkedTasks,
  createCompileOutputs,
  createExecutor,
  createHandleCommand,
  createObserver,
  createOverlappingJob,
  createPostgresAttemptLedger,
  createPostgresNotices,
  createPostgresParkedTasks,
  createPostgresStepLedger,
  type Executor,
  ledgerMigrations,
  type OverlappingJob,
  registerExecutorMetrics,
  removeOldAttempts,
  systemTiming,
  type TaskCommand,
} from '@pao/executor-sdk';
import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { type Bus, createAwsBus, createTopology, FifoConsumer, Relay, taskQueue } from '@pao/bus';
import type { HttpServer } from '@pao/http';
import { createUuidV7 } from '@pao/kernel';
import { createEgress, createHttpSender, type HttpSender } from '@pao/outgoing';
import { createOutboxReader, type Database, migrate, openDatabase, readOutboxLag } from '@pao/postgres';
import {
  createMetrics,
  createSealer,
  giveWay,
  type Logger,
  type Metrics,
  PeriodicJob,
  runWithCorrelationId,
  runWithTraceparent,
} from '@pao/runtime';
import { container, type DependencyContainer, type InjectionToken, instanceCachingFactory } from 'tsyringe';
import type { Config } from './config.ts';
import { createGate } from './wiring/gate.ts';
import { createRunners } from './wiring/runners.ts';
import { createSecrets, type Secrets } from './wiring/secrets.ts';
import { createTerraformPart, type TerraformPart } from './wiring/terraform.ts';
import { wireServer } from './wiring/tickets.ts';

/** Batched statements need few; the rest is for what is rare. */
const MAX_CONNECTIONS = 8;
const RETENTION_MS = 6 * 60 * 60 * 1_000;

const token = <T>(name: string): InjectionToken<T> => Symbol(name);

const tokens = {
  config: token<Config>('Config'),
  logger: token<Logger>('Logger'),
  metrics: token<Metrics>('Metrics'),
  bus: token<Bus>('Bus'),
  database: token<Database>('Database'),
  relay: token<Relay>('Relay'),
  ledger: token<Ledger>('Ledger'),
  sender: token<HttpSender>('HttpSender'),
  secrets: token<Secrets>('Secrets'),
  terraform: token<TerraformPart>('TerraformPart'),
  runners: token<ActionRunners>('ActionRunners'),
  executor: token<Executor>('Executor'),
  consumer: token<FifoConsumer>('FifoConsumer'),
  sweep: token<OverlappingJob>('Sweep'),
  wake: token<OverlappingJob>('Wake'),
  retention: token<PeriodicJob>('Retention'),
  server: token<HttpServer>('HttpServer'),
};

const now = () => new Date();

const openBus = ({ pool, bus: { prefix, ...connection } }: Config): Bus => {
  const topology = createTopology({ prefix, pools: [pool] });
  return createAwsBus({ ...connection, topology });
};

const inContextOf = <T>({ traceparent, correlationId }: TaskCommand, work: () => Promise<T>): Promise<T> =>
  runWithTraceparent(traceparent, () => runWithCorrelationId(correlationId, work));

/** The attempts, and what hangs on them. */
type Ledger = Pick<Parameters<typeof createExecutor>[0], 'ledger' | 'steps' | 'parked' | 'notices'>;

const createLedger = (parts: DependencyContainer): Ledger => {
  const options = {
    database: parts.resolve(tokens.database),
    owner: parts.resolve(tokens.config).owner,
    onMessages: () => parts.resolve(tokens.relay).kick(),
  };
  return {
    ledger: createPostgresAttemptLedger(options),
    steps: createPostgresStepLedger(options),
    parked: createPostgresParkedTasks(options),
    notices: createPostgresNotices(options),
  };
};

const createSender = (parts: DependencyContainer): HttpSender => {
  const { allow, map } = parts.resolve(tokens.config).egress;
  return createHttpSender(createEgress({ allow: new Set(allow), map: new Map(map) }));
};

const wireExecutor = (parts: DependencyContainer): Executor => {
  const runners = parts.resolve(tokens.runners);
  return createExecutor({
    ...parts.resolve(tokens.ledger),
    gate: createGate(parts.resolve(tokens.config), parts.resolve(tokens.metrics)),
    runners,
    compileOutputs: createCompileOutputs(),
    sealer: createSealer(parts.resolve(tokens.config).dataKeys),
    observer: createObserver({
      logger: parts.resolve(tokens.logger),
      metrics: parts.resolve(tokens.metrics),
      types: new Set(runners.keys()),
    }),
    timing: systemTiming,
    now,
    newId: createUuidV7(Date.now, randomBytes),
    announceAfterMs: parts.resolve(tokens.config).announceAfterMs,
    inContextOf,
  });
};

const createConsumer = (parts: DependencyContainer): FifoConsumer => {
  const { pool, consumer } = parts.resolve(tokens.config);
  return new FifoConsumer({
    source: parts.resolve(tokens.bus),
    queue: taskQueue(pool),
    handle: createHandleCommand(parts.resolve(tokens.executor)),
    ...consumer,
    logger: parts.resolve(tokens.logger),
    giveWay,
  });
};

const createServer = (parts: DependencyContainer): HttpServer => {
  const [database, metrics] = [parts.resolve(tokens.database), parts.resolve(tokens.metrics)];
  registerExecutorMetrics({
    metrics,
    openAttempts: () => countOpenAttempts(database),
    parkedTasks: () => countParkedTasks(database),
    outboxLag: () => readOutboxLag(database),
  });
  const readiness = [{ name: 'database', check: () => database.ping() }];
  const [config, logger] = [parts.resolve(tokens.config), parts.resolve(tokens.logger)];
  const { send } = parts.resolve(tokens.sender);
  return wireServer({ config, database, send, logger, metrics, readiness });
};

const createRetention = (parts: DependencyContainer): PeriodicJob => {
  const { retentionDays: olderThanDays } = parts.resolve(tokens.config);
  const logger = parts.resolve(tokens.logger);
  const run = async (signal: AbortSignal): Promise<void> => {
    const removed = await removeOldAttempts(parts.resolve(tokens.database), { olderThanDays, signal });
    if (removed > 0) logger.info({ removed }, 'attempts that ended long ago are removed');
  };
  return new PeriodicJob({ name: 'retention', intervalMs: RETENTION_MS, run, logger });
};

export interface ExecutorParts {
  readonly bus: Bus;
  readonly database: Database;
  readonly migrate: () => Promise<void>;
  readonly relay: Relay;
  readonly sender: HttpSender;
  readonly secrets: Secrets;
  readonly terraform: TerraformPart;
  readonly sweep: OverlappingJob;
  readonly wake: OverlappingJob;
  readonly retention: PeriodicJob;
  readonly consumer: FifoConsumer;
  readonly server: HttpServer;
}

/** Puts the service together: one place that knows which adapter stands behind which port. */
export const wire = (config: Config, logger: Logger, bus: Bus | undefined): ExecutorParts => {
  const parts = container.createChildContainer();
  const register = <T>(key: InjectionToken<T>, create: (parts: DependencyContainer) => T): void => {
    parts.register(key, { useFactory: instanceCachingFactory(create) });
  };
  const { databaseUrl: url, schema, sweepMs, wakeMs } = config;
  register(tokens.config, () => config);
  register(tokens.logger, () => logger);
  register(tokens.metrics, createMetrics);
  register(tokens.bus, () => bus ?? openBus(config));
  register(tokens.database, () =>
    openDatabase({ url, schema, applicationName: 'pao-executor', maxConnections: MAX_CONNECTIONS }),
  );
  register(tokens.relay, (all) => {
    const outbox = createOutboxReader(all.resolve(tokens.database));
    return new Relay({ outbox, publisher: all.resolve(tokens.bus), logger, giveWay });
  });
  register(tokens.ledger, createLedger);
  register(tokens.sender, createSender);
  register(tokens.secrets, () => createSecrets(config));
  register(tokens.terraform, () => createTerraformPart(config.terraform, logger));
  register(tokens.runners, (all) => {
    const [{ send }, secrets] = [all.resolve(tokens.sender), all.resolve(tokens.secrets)];
    const { terraform } = all.resolve(tokens.terraform);
    return createRunners({ config, send, secrets, terraform, now });
  });
  register(tokens.executor, wireExecutor);
  register(tokens.sweep, (all) => {
    const run = (): Promise<number> => all.resolve(tokens.executor).settleAbandonedAttempts();
    return createOverlappingJob({ name: 'abandoned-attempts', intervalMs: sweepMs, run, logger });
  });
  register(tokens.wake, (all) => {
    const run = (): Promise<number> => all.resolve(tokens.executor).wakeParkedTasks();
    return createOverlappingJob({ name: 'parked-tasks', intervalMs: wakeMs, run, logger });
  });
  register(tokens.retention, createRetention);
  register(tokens.consumer, createConsumer);
  register(tokens.server, createServer);
  return {
    bus: parts.resolve(tokens.bus),
    database: parts.resolve(tokens.database),
    migrate: () => migrate({ url, schema, directory: ledgerMigrations, logger }),
    relay: parts.resolve(tokens.relay),
    sender: parts.resolve(tokens.sender),
    secrets: parts.resolve(tokens.secrets),
    terraform: parts.resolve(tokens.terraform),
    sweep: parts.resolve(tokens.sweep),
    wake: parts.resolve(tokens.wake),
    retention: parts.resolve(tokens.retention),
    consumer: parts.resolve(tokens.consumer),
    server: parts.resolve(tokens.server),
  };
};
