import { type Bus, createAwsBus, createTopology } from '@pao/bus';
import { migrate, openDatabase } from '@pao/postgres';
import {
  ConfigError,
  combineServices,
  createLogger,
  createMetrics,
  type Logger,
  type ReadinessCheck,
  runService,
  type Service,
  startTelemetry,
  unwrapDataKeys,
} from '@pao/runtime';
import type { DefinedAction } from '../action/define-action.ts';
import { ledgerMigrations } from '../adapters/postgres/migrations.ts';
import { createEnvironmentSecrets } from '../adapters/secrets/environment.ts';
import { createFileSecrets } from '../adapters/secrets/files.ts';
import { createSecretStores } from '../adapters/secrets/store.ts';
import { SqliteDatabase } from '../adapters/sqlite/database.ts';
import type { SecretStore } from '../core/ports/secret-store.ts';
import { createHealthService } from './health-server.ts';
import { createPostgresStore, createSqliteStore, type LedgerStore } from './ledgers.ts';
import { createExecutorRuntime } from './runtime.ts';
import { type RunSettings, readRunSettings } from './settings.ts';

/** Batched statements need few; the rest is for what is rare. */
const MAX_CONNECTIONS = 8;
const CONCURRENCY = 16;

export interface RunExecutorOptions {
  /** Whose queue is read, unless `PAO_EXECUTOR_POOL` says otherwise. */
  readonly pool: string;
  readonly actions: readonly DefinedAction[];
  /** Unless `DATABASE_URL` or `PAO_EXECUTOR_SQLITE` say otherwise. PostgreSQL for several executors, a file for one. */
  readonly database?: { readonly url: string } | { readonly sqlite: string };
  /** What `context.secret` reads; variables `PAO_SECRET_<NAME>` and files of `PAO_SECRETS_DIR` by default. */
  readonly secrets?: SecretStore;
  /** Requests whose tasks are carried out at once; 16 by default. */
  readonly concurrency?: number;
  readonly logger?: Logger;
  /** Of the program, for traces. */
  readonly version?: string;
  /** The variables that settings are read from; those of the process by default. */
  readonly environment?: NodeJS.ProcessEnv;
}

interface OpenStore {
  readonly store: LedgerStore;
  readonly ready: ReadinessCheck;
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

const NO_LEDGER = new ConfigError([
  {
    variable: 'DATABASE_URL',
    issue: 'is missing, and so is PAO_EXECUTOR_SQLITE',
    expected: 'where the ledger of effects is kept: PostgreSQL, or a file for one executor',
  },
]);

const openPostgres = (url: string, { schema, owner }: RunSettings, logger: Logger): OpenStore => {
  const database = openDatabase({ url, schema, applicationName: 'pao-executor', maxConnections: MAX_CONNECTIONS });
  return {
    store: createPostgresStore({ database, owner }),
    ready: { name: 'database', check: () => database.ping() },
    start: () => migrate({ url, schema, directory: ledgerMigrations, logger }),
    stop: () => database.close(),
  };
};

const openSqlite = async (file: string): Promise<OpenStore> => {
  const database = await SqliteDatabase.open(file);
  return {
    store: createSqliteStore(database),
    ready: { name: 'database', check: () => database.transact(() => undefined) },
    start: async () => {},
    stop: () => database.close(),
  };
};

const openStore = async (
  { database }: RunExecutorOptions,
  settings: RunSettings,
  logger: Logger,
): Promise<OpenStore> => {
  if (settings.databaseUrl !== undefined) return openPostgres(settings.databaseUrl, settings, logger);
  if (settings.sqlite !== undefined) return openSqlite(settings.sqlite);
  if (database === undefined) throw NO_LEDGER;
  return 'url' in database ? openPostgres(database.url, settings, logger) : openSqlite(database.sqlite);
};

const secretsOf = ({ secrets, secretsDirectory }: RunSettings): SecretStore => {
  const stores = new Map<string, SecretStore>([['env', createEnvironmentSecrets(secrets)]]);
  if (secretsDirectory !== undefined) stores.set('file', createFileSecrets(secretsDirectory));
  return createSecretStores({ stores, allow: [] });
};

const runnersOf = (actions: readonly DefinedAction[], secrets: SecretStore) => {
  const runners = new Map(actions.map((action) => [action.type, action.reading(secrets)]));
  if (runners.size < actions.length) throw new TypeError('Two actions have the same type.');
  if (runners.size === 0) throw new TypeError('An executor serves one type of action at least.');
  return runners;
};

export interface PoolExecutorOptions extends RunExecutorOptions {
  readonly logger: Logger;
  /** Used, and left open, instead of the one that the settings name. */
  readonly bus?: Bus;
}

/** An executor of one pool, to be started and stopped. */
export const createPoolExecutor = async (options: PoolExecutorOptions): Promise<Service> => {
  const settings = await unwrapDataKeys(readRunSettings(options.environment ?? process.env));
  const { logger, concurrency = CONCURRENCY } = options;
  const pool = settings.pool ?? options.pool;
  const runners = runnersOf(options.actions, options.secrets ?? secretsOf(settings));
  const { prefix, ...connection } = settings.bus;
  const bus = options.bus ?? createAwsBus({ ...connection, topology: createTopology({ prefix, pools: [pool] }) });
  const opened = await openStore(options, settings, logger);
  const metrics = createMetrics();
  const runtime = createExecutorRuntime({
    ...{ pool, bus, store: opened.store, runners, logger, metrics },
    ...{ dataKeys: settings.dataKeys, instance: settings.owner.instance },
    ...{ announceAfterMs: settings.announceAfterMs, sweepMs: settings.sweepMs, wakeMs: settings.wakeMs },
    consumer: { concurrency: settings.concurrency ?? concurrency, waitSeconds: settings.waitSeconds },
  });
  const { host, port } = settings;
  const health =
    port === undefined ? [] : [createHealthService({ host, port, readiness: [opened.ready], metrics, logger })];
  const executor = combineServices('executor', [
    { name: 'bus', start: async () => {}, stop: async () => void (await (options.bus ?? bus.close())) },
    { name: 'database', start: opened.start, stop: opened.stop },
    ...[runtime.relay, runtime.sweep, runtime.wake, ...health, runtime.consumer, runtime.announcer],
  ]);
  return {
    ...executor,
    start: async () => {
      await executor.start();
      logger.info({ pool, instance: settings.owner.instance, types: [...runners.keys()] }, 'carrying out tasks');
    },
  };
};

/**
 * Runs an executor as this process until it is told to stop (SIGTERM, SIGINT); what is under way then comes to its end. All settings are
 * variables; see the documentation. It needs SNS and SQS and a place for its ledger, and no route to any part of PAO.
 */
export const runExecutor = async (options: RunExecutorOptions): Promise<void> => {
  const environment = options.environment ?? process.env;
  const { pool, version = '0.0.0' } = options;
  const { logLevel } = readRunSettings(environment);
  const logger = options.logger ?? createLogger({ service: `executor-${pool}`, level: logLevel });
  const telemetry = await startTelemetry({ service: `pao-executor-${pool}`, version, environment });
  const executor = await createPoolExecutor({ ...options, logger });
  const tracing = { name: 'tracing', start: async () => undefined, stop: () => telemetry.stop() };
  await runService({ service: combineServices('executor', [tracing, executor]), logger });
};
