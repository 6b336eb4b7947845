import {
  type ActionRunners,
  createExecutorRuntime,
  createPostgresStore,
  type ExecutorRuntime,
  ledgerMigrations,
  removeOldAttempts,
} from '@pao/executor-sdk';
import 'reflect-metadata';
import { type Bus, createAwsBus, createTopology } from '@pao/bus';
import type { HttpServer } from '@pao/http';
import { createEgress, createHttpSender, type HttpSender } from '@pao/outgoing';
import { type Database, migrate, openDatabase } from '@pao/postgres';
import { createMetrics, type Logger, type Metrics, PeriodicJob } from '@pao/runtime';
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
  sender: token<HttpSender>('HttpSender'),
  secrets: token<Secrets>('Secrets'),
  terraform: token<TerraformPart>('TerraformPart'),
  runners: token<ActionRunners>('ActionRunners'),
  runtime: token<ExecutorRuntime>('ExecutorRuntime'),
  retention: token<PeriodicJob>('Retention'),
  server: token<HttpServer>('HttpServer'),
};

const now = () => new Date();

const openBus = ({ pool, bus: { prefix, ...connection } }: Config): Bus => {
  const topology = createTopology({ prefix, pools: [pool] });
  return createAwsBus({ ...connection, topology });
};

const createSender = (parts: DependencyContainer): HttpSender => {
  const { allow, map } = parts.resolve(tokens.config).egress;
  return createHttpSender(createEgress({ allow: new Set(allow), map: new Map(map) }));
};

const createRuntime = (parts: DependencyContainer): ExecutorRuntime => {
  const config = parts.resolve(tokens.config);
  const [logger, metrics] = [parts.resolve(tokens.logger), parts.resolve(tokens.metrics)];
  return createExecutorRuntime({
    ...config,
    instance: config.owner.instance,
    bus: parts.resolve(tokens.bus),
    store: createPostgresStore({ database: parts.resolve(tokens.database), owner: config.owner }),
    runners: parts.resolve(tokens.runners),
    gate: createGate(config, metrics),
    logger,
    metrics,
  });
};

const createServer = (parts: DependencyContainer): HttpServer => {
  const [database, metrics] = [parts.resolve(tokens.database), parts.resolve(tokens.metrics)];
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
  readonly sender: HttpSender;
  readonly secrets: Secrets;
  readonly terraform: TerraformPart;
  readonly runtime: ExecutorRuntime;
  readonly retention: PeriodicJob;
  readonly server: HttpServer;
}

/** Puts the service together: one place that knows which adapter stands behind which port. */
export const wire = (config: Config, logger: Logger, bus: Bus | undefined): ExecutorParts => {
  const parts = container.createChildContainer();
  const register = <T>(key: InjectionToken<T>, create: (parts: DependencyContainer) => T): void => {
    parts.register(key, { useFactory: instanceCachingFactory(create) });
  };
  const { databaseUrl: url, schema } = config;
  register(tokens.config, () => config);
  register(tokens.logger, () => logger);
  register(tokens.metrics, createMetrics);
  register(tokens.bus, () => bus ?? openBus(config));
  register(tokens.database, () =>
    openDatabase({ url, schema, applicationName: 'pao-executor', maxConnections: MAX_CONNECTIONS }),
  );
  register(tokens.sender, createSender);
  register(tokens.secrets, () => createSecrets(config));
  register(tokens.terraform, () => createTerraformPart(config.terraform, logger));
  register(tokens.runners, (all) => {
    const [{ send }, secrets] = [all.resolve(tokens.sender), all.resolve(tokens.secrets)];
    const { terraform } = all.resolve(tokens.terraform);
    return createRunners({ config, send, secrets, terraform, now });
  });
  register(tokens.runtime, createRuntime);
  register(tokens.retention, createRetention);
  register(tokens.server, createServer);
  return {
    bus: parts.resolve(tokens.bus),
    database: parts.resolve(tokens.database),
    migrate: () => migrate({ url, schema, directory: ledgerMigrations, logger }),
    sender: parts.resolve(tokens.sender),
    secrets: parts.resolve(tokens.secrets),
    terraform: parts.resolve(tokens.terraform),
    runtime: parts.resolve(tokens.runtime),
    retention: parts.resolve(tokens.retention),
    server: parts.resolve(tokens.server),
  };
};
