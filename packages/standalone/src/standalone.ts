import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { type Bus, createAwsBus, createTopology, ensureTopology } from '@pao/bus';
import { generateIdentityKeys } from '@pao/http';
import { startEmbeddedPostgres } from '@pao/postgres/embedded';
import { combineServices, type Logger, type Service, unwrapDataKeys } from '@pao/runtime';
import { demoApiKeys } from './approver-key.ts';
import type { Config } from './config.ts';
import { ownDataKeys } from './data-key.ts';
import { type ServiceThread, startServiceThread } from './executor-thread/service-thread.ts';
import { type OutsideWorld, startOutsideWorld } from './outside/outside-world.ts';
import { untilReady } from './ready.ts';
import { sandboxDefaults, sandboxVariables, terraformDefaults } from './sandbox-variables.ts';

/** Names this data directory as one executor: what its predecessor had under way is over when this one starts. */
const INSTANCE = 'standalone';

/** The emulator takes any credentials, but the SDK wants some. */
const EMULATOR_CREDENTIALS = { accessKeyId: 'standalone', secretAccessKey: 'standalone' };

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

type Variables = Readonly<Record<string, string>>;

const definedOnly = (variables: Readonly<Record<string, string | undefined>>): Variables =>
  Object.fromEntries(Object.entries(variables).filter((entry): entry is [string, string] => entry[1] !== undefined));

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

const startDatabase = async (config: Config, logger: Logger): Promise<{ url: string; stop(): Promise<void> }> =>
  config.databaseUrl === undefined
    ? startEmbeddedPostgres({ dataDirectory: join(config.dataDirectory, 'postgres'), logger })
    : { url: config.databaseUrl, stop: async () => undefined };

const startOutside = (config: Config, webhookSecret: string): Promise<OutsideWorld> =>
  startOutsideWorld({
    ...(config.port !== 0 && {
      webhook: { url: `http://127.0.0.1:${config.port}/api/v1/webhooks/jira`, secret: webhookSecret },
    }),
    dataDirectory: config.dataDirectory,
    awsEndpointUrl: config.awsEndpointUrl,
    sandboxPort: config.sandboxPort ?? (config.port === 0 ? undefined : config.port + 1),
  });

/** What every service of this process is told. */
const commonVariables = async (config: Config, databaseUrl: string, endpoint: string) => {
  const { privateKey, publicKeys } = await generateIdentityKeys();
  return {
    PAO_HOST: '127.0.0.1',
    DATABASE_URL: databaseUrl,
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: EMULATOR_CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: EMULATOR_CREDENTIALS.secretAccessKey,
    PAO_IDENTITY_PUBLIC_KEYS: JSON.stringify(publicKeys),
    PAO_IDENTITY_PRIVATE_KEY: JSON.stringify(privateKey),
    PAO_CATALOG: config.catalog.place,
    ...(config.catalog.kind === 'address' && { PAO_CATALOG_CACHE: join(config.dataDirectory, 'catalog-git') }),
    PAO_AUTH: config.auth,
    ...(config.hasDemoApprover && { PAO_API_KEYS: await demoApiKeys(config.dataDirectory) }),
    ...(config.publicUrl !== undefined && { PAO_PUBLIC_URL: config.publicUrl }),
    PAO_DATA_KEYS: config.dataKeys ?? (await ownDataKeys(config.dataDirectory)),
    PAO_LOG_LEVEL: config.logLevel,
  };
};

const loadServices = async () => {
  const [gateway, catalog, request, escalation] = await Promise.all([
    import('@pao/gateway'),
    import('@pao/catalog'),
    import('@pao/request'),
    import('@pao/escalation'),
  ]);
  return { gateway, catalog, request, escalation };
};

const inParallel = (name: string, services: readonly Service[]): Service => ({
  name,
  start: async () => {
    await Promise.all(services.map((service) => service.start()));
  },
  stop: async () => {
    await Promise.all(services.map((service) => service.stop()));
  },
});

const stopping = (name: string, stop: () => Promise<void>): Service => ({ name, start: async () => undefined, stop });

interface Foundation {
  readonly bus: Bus;
  readonly outside: OutsideWorld;
  readonly database: { readonly url: string; stop(): Promise<void> };
  readonly modules: Awaited<ReturnType<typeof loadServices>>;
  readonly variables: Variables;
  readonly executorThread: ServiceThread;
}

/** Executors of other teams reach the emulator by its address; their queues are made here. */
const poolsOf = ({ PAO_EXECUTOR_POOLS = '' }: NodeJS.ProcessEnv): readonly string[] => [
  ...new Set(['default', ...PAO_EXECUTOR_POOLS.split(',').flatMap((pool) => pool.trim() || [])]),
];

/** Database, outside world and code come up side by side: each takes about as long as the others. */
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
  const starting = [startDatabase(config, logger), startOutside(config, webhookSecret), loadServices()] as const;
  const settled = await Promise.allSettled(starting);
  const [database, outside, modules] = settled;
  if (database.status === 'rejected' || outside.status === 'rejected' || modules.status === 'rejected') {
    if (database.status === 'fulfilled') await database.value.stop();
    if (outside.status === 'fulfilled') await outside.value.stop();
    await executorThread.discard();
    throw settled.find((result) => result.status === 'rejected')?.reason;
  }
  const { endpoint } = outside.value;
  const topology = createTopology({ pools: poolsOf(environment) });
  const connection = { region: environment['AWS_REGION'] ?? 'us-east-1', endpoint, credentials: EMULATOR_CREDENTIALS };
  await ensureTopology(connection, topology);
  return {
    database: database.value,
    outside: outside.value,
    modules: modules.value,
    executorThread,
    bus: createAwsBus({ ...connection, topology }),
    variables: {
      ...sandboxDefaults(config),
      ...terraformDefaults(config),
      ...definedOnly(environment),
      ...(await commonVariables(config, database.value.url, endpoint)),
      PAO_BUS_PREFIX: topology.prefix,
      ...sandboxVariables(config, { sandboxUrl: outside.value.sandboxUrl, webhookSecret }),
    },
  };
};

/** The five services on a foundation. The gateway comes last, when the addresses of the others are known. */
const buildServices = async (config: Config, foundation: Foundation, logger: Logger): Promise<Service> => {
  const { modules, bus, variables } = foundation;
  const options = (service: string) => ({ logger: logger.child({ service }), bus });
  const inner = { ...variables, PAO_PORT: '0', PAO_EXECUTOR_INSTANCE: INSTANCE };
  const catalog = modules.catalog.createCatalogService(modules.catalog.readCatalogConfig(inner), options('catalog'));
  const request = modules.request.createRequestService(
    await unwrapDataKeys(modules.request.readRequestConfig(inner)),
    options('request'),
  );
  const executor = foundation.executorThread.service(inner);
  const escalation = modules.escalation.createEscalationService(
    await unwrapDataKeys(modules.escalation.readEscalationConfig(inner)),
    options('escalation'),
  );
  const gateway = (): Service => {
    const urls = Object.fromEntries(
      Object.entries({ catalog, request, executor, escalation }).map(([name, { port }]) => [
        name,
        `http://127.0.0.1:${port}`,
      ]),
    );
    const settings = { ...variables, PAO_PORT: String(config.port), PAO_SERVICE_URLS: JSON.stringify(urls) };
    return modules.gateway.createGateway(modules.gateway.readGatewayConfig(settings), options('gateway'));
  };
  let front: Service | undefined;
  return combineServices('services', [
    inParallel('inner services', [catalog, request, executor, escalation]),
    {
      name: 'gateway',
      start: async () => {
        front = gateway();
        await front.start();
      },
      stop: async () => front?.stop(),
    },
  ]);
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
      const foundation = await layFoundation(config, options);
      const { database, outside, bus, executorThread } = foundation;
      addresses = { ...addresses, sandbox: outside.sandboxUrl };
      running = combineServices('standalone', [
        stopping('database', () => database.stop()),
        stopping('outside world', () => outside.stop()),
        stopping('bus', () => bus.close()),
        stopping('thread of the executor', () => executorThread.discard()),
        await buildServices(config, foundation, options.logger),
        { name: 'readiness', start: () => untilReady(addresses.api), stop: async () => undefined },
      ]);
      await running.start();
    },
    stop: async () => running?.stop(),
  };
};
