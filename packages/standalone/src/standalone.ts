import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { Bus } from '@pao/bus';
import { startEmbeddedPostgres } from '@pao/postgres/embedded';
import { combineServices, type Logger, type Service } from '@pao/runtime';
import type { Config } from './config.ts';
import { type ServiceThread, startServiceThread } from './executor-thread/service-thread.ts';
import { type OutsideWorld, startOutsideWorld } from './outside/outside-world.ts';
import { untilReady } from './ready.ts';

export interface StandaloneOptions {
  readonly logger: Logger;
  /** Where the logger writes, for the thread that has a logger of its own. */
  readonly logFile: string;
  /** What is not decided here reaches the services as it is. */
  readonly environment: NodeJS.ProcessEnv;
}

export interface Standalone extends Service {
  readonly addresses: () => Addresses;
}

export interface Addresses {
  readonly api: string;
  readonly sandbox: string | undefined;
}

/** Found out before anything is started, so that the message is the only thing that happens. */
const mustBeFree = async (port: number): Promise<void> => {
  const probe = createServer().listen(port, '127.0.0.1');
  try {
    await once(probe, 'listening');
  } catch (cause) {
    throw new Error(`port ${port} of 127.0.0.1 is taken: stop what uses it, or set PAO_PORT to another`, { cause });
  }
  probe.close();
  await once(probe, 'close');
};

const isFolder = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => undefined))?.isDirectory() === true;

/** Nothing becomes ready without a catalog, so a wrong path is said at once. */
const mustBeCatalog = async ({ kind, place: path }: Config['catalog']): Promise<void> => {
  if (kind === 'address') return;
  const parts = await Promise.all(['catalog', 'bundles'].map((name) => isFolder(join(path, name))));
  if (!parts.includes(true)) {
    throw new Error(`PAO_CATALOG must name a folder with catalog/ or bundles/ in it; ${path} is none`);
  }
};

interface RunningDatabase {
  readonly url: string;
  stop(): Promise<void>;
}

interface StartingDatabase {
  /** Settles when this thread has no more work with it than to wait. */
  readonly waiting: Promise<void>;
  readonly up: Promise<RunningDatabase>;
}

const startDatabase = ({ databaseUrl, dataDirectory }: Config, logger: Logger): StartingDatabase => {
  if (databaseUrl !== undefined) {
    return { waiting: Promise.resolve(), up: Promise.resolve({ url: databaseUrl, stop: async () => undefined }) };
  }
  const waiting = Promise.withResolvers<void>();
  const up = startEmbeddedPostgres({
    dataDirectory: join(dataDirectory, 'postgres'),
    logger,
    onWaiting: waiting.resolve,
  });
  up.catch(() => waiting.resolve());
  return { waiting: waiting.promise, up };
};

const startOutside = (config: Config, webhookSecret: string): Promise<OutsideWorld> =>
  startOutsideWorld({
    ...(config.port !== 0 && {
      webhook: { url: `http://127.0.0.1:${config.port}/api/v1/webhooks/jira`, secret: webhookSecret },
    }),
    dataDirectory: config.dataDirectory,
    awsEndpointUrl: config.awsEndpointUrl,
    sandboxPort: config.sandboxPort ?? (config.port === 0 ? undefined : config.port + 1),
  });

const stopping = (name: string, stop: () => Promise<void>): Service => ({ name, start: async () => undefined, stop });

interface Foundation {
  readonly bus: Bus;
  readonly outside: OutsideWorld;
  readonly database: RunningDatabase;
  readonly executorThread: ServiceThread;
  readonly services: Service;
}

/**
 * Database, outside world and code come up side by side: each takes about as long as the others. What is started here is light, so
 * that it is under way before this thread has its hands full.
 */
const layFoundation = async (
  config: Config,
  { logger, logFile, environment }: StandaloneOptions,
): Promise<Foundation> => {
  const webhookSecret = randomBytes(24).toString('hex');
  // Half of all work under load, so it has half of the two cores that the smallest machine has.
  const executorThread = startServiceThread({
    name: 'executor',
    module: new URL('executor-thread/main.ts', import.meta.url),
    data: { logFile },
  });
  const outside = startOutside(config, webhookSecret);
  const { waiting, up: database } = startDatabase(config, logger);
  const starting = [database, outside] as const;
  try {
    // To load modules takes this thread for a quarter of a second, in which PostgreSQL would not even be launched.
    const code = waiting.then(() => import('./services.ts'));
    const opening = outside.then(async ({ endpoint }) => (await code).openBus(endpoint, environment));
    const [{ url: databaseUrl }, { endpoint, sandboxUrl }, open, { buildServices }] = await Promise.all([
      ...starting,
      opening,
      code,
    ]);
    const services = await buildServices({
      config,
      environment,
      logger,
      databaseUrl,
      outside: { endpoint, sandboxUrl, webhookSecret },
      open,
      executorThread,
    });
    return { database: await database, outside: await outside, bus: open.bus, executorThread, services };
  } catch (error) {
    for (const started of await Promise.allSettled(starting)) {
      if (started.status === 'fulfilled') await started.value.stop();
    }
    await executorThread.discard();
    throw error;
  }
};

/** The whole system in this process, the executor in a thread of its own; the database server and the outside world are children. */
export const createStandalone = (config: Config, options: StandaloneOptions): Standalone => {
  let running: Service | undefined;
  let addresses: Addresses = { api: `http://127.0.0.1:${config.port}`, sandbox: undefined };
  return {
    name: 'standalone',
    addresses: () => addresses,
    start: async () => {
      await mustBeCatalog(config.catalog);
      await mustBeFree(config.port);
      const { database, outside, bus, executorThread, services } = await layFoundation(config, options);
      addresses = { ...addresses, sandbox: outside.sandboxUrl };
      running = combineServices('standalone', [
        stopping('database', () => database.stop()),
        stopping('outside world', () => outside.stop()),
        stopping('bus', () => bus.close()),
        stopping('thread of the executor', () => executorThread.discard()),
        services,
        { name: 'readiness', start: () => untilReady(addresses.api), stop: async () => undefined },
      ]);
      await running.start();
    },
    stop: async () => running?.stop(),
  };
};
