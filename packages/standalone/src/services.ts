import { join } from 'node:path';
import { type Bus, createAwsBus, createTopology, ensureTopology, loadAwsSdk } from '@pao/bus';
import * as catalogs from '@pao/catalog';
import * as escalations from '@pao/escalation';
import * as gateways from '@pao/gateway';
import { generateIdentityKeys } from '@pao/http';
import * as requests from '@pao/request';
import { combineServices, type Logger, type Service, unwrapDataKeys } from '@pao/runtime';
import { demoApiKeys } from './approver-key.ts';
import type { Config } from './config.ts';
import { ownDataKeys } from './data-key.ts';
import type { ServiceThread } from './executor-thread/service-thread.ts';
import { sandboxDefaults, sandboxVariables, terraformDefaults } from './sandbox-variables.ts';

/** Names this data directory as one executor: what its predecessor had under way is over when this one starts. */
const INSTANCE = 'standalone';

/** The emulator takes any credentials, but the SDK wants some. */
const EMULATOR_CREDENTIALS = { accessKeyId: 'standalone', secretAccessKey: 'standalone' };

// The bus asks for it once it knows the emulator's address: until then there is time.
void loadAwsSdk();

type Variables = Readonly<Record<string, string>>;

const definedOnly = (variables: Readonly<Record<string, string | undefined>>): Variables =>
  Object.fromEntries(Object.entries(variables).filter((entry): entry is [string, string] => entry[1] !== undefined));

/** Executors of other teams reach the emulator by its address; their queues are made here. */
const poolsOf = ({ PAO_EXECUTOR_POOLS = '' }: NodeJS.ProcessEnv): readonly string[] => [
  ...new Set(['default', ...PAO_EXECUTOR_POOLS.split(',').flatMap((pool) => pool.trim() || [])]),
];

export interface OpenBus {
  readonly bus: Bus;
  /** First part of the names of its topics and queues. */
  readonly prefix: string;
}

/** Creates the topics and queues on the emulator, and opens the bus over them. */
export const openBus = async (endpoint: string, environment: NodeJS.ProcessEnv): Promise<OpenBus> => {
  const topology = createTopology({ pools: poolsOf(environment) });
  const connection = { region: environment['AWS_REGION'] ?? 'us-east-1', endpoint, credentials: EMULATOR_CREDENTIALS };
  await ensureTopology(connection, topology);
  return { bus: createAwsBus({ ...connection, topology }), prefix: topology.prefix };
};

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

const inParallel = (name: string, services: readonly Service[]): Service => ({
  name,
  start: async () => {
    await Promise.all(services.map((service) => service.start()));
  },
  stop: async () => {
    await Promise.all(services.map((service) => service.stop()));
  },
});

export interface Foundation {
  readonly config: Config;
  /** What is not decided here reaches the services as it is. */
  readonly environment: NodeJS.ProcessEnv;
  readonly logger: Logger;
  readonly databaseUrl: string;
  readonly outside: { readonly endpoint: string; readonly sandboxUrl: string; readonly webhookSecret: string };
  readonly open: OpenBus;
  readonly executorThread: ServiceThread;
}

const variablesFor = async ({ config, environment, databaseUrl, outside, open }: Foundation): Promise<Variables> => ({
  ...sandboxDefaults(config),
  ...terraformDefaults(config),
  ...definedOnly(environment),
  ...(await commonVariables(config, databaseUrl, outside.endpoint)),
  PAO_BUS_PREFIX: open.prefix,
  ...sandboxVariables(config, outside),
});

/** The five services on a foundation. The gateway comes last, when the addresses of the others are known. */
export const buildServices = async (foundation: Foundation): Promise<Service> => {
  const { config, logger, executorThread, open } = foundation;
  const variables = await variablesFor(foundation);
  const options = (service: string) => ({ logger: logger.child({ service }), bus: open.bus });
  const inner = { ...variables, PAO_PORT: '0', PAO_EXECUTOR_INSTANCE: INSTANCE };
  const catalog = catalogs.createCatalogService(catalogs.readCatalogConfig(inner), options('catalog'));
  const request = requests.createRequestService(
    await unwrapDataKeys(requests.readRequestConfig(inner)),
    options('request'),
  );
  const executor = executorThread.service(inner);
  const escalation = escalations.createEscalationService(
    await unwrapDataKeys(escalations.readEscalationConfig(inner)),
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
    return gateways.createGateway(gateways.readGatewayConfig(settings), options('gateway'));
  };
  let front: Service | undefined;
  return combineServices('services', [
    // The executor first: it has the most to do, in a thread that has waited for this.
    inParallel('inner services', [executor, catalog, request, escalation]),
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
