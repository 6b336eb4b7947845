import type { Bus } from '@pao/bus';
import { type Client, createClient } from '@pao/client';
import { generateIdentityKeys } from '@pao/http';
import { answersAt, freePort, type RunningProcess, startProcess, startTestBus, testDatabase } from '@pao/testkit';

const INNER = ['catalog', 'request', 'executor', 'escalation'] as const;

type Inner = (typeof INNER)[number];

export interface Fleet {
  readonly url: string;
  readonly client: Client;
  /** The one they share. */
  readonly bus: Bus;
  /** Variables by which a process reaches the bus, and nothing else. */
  readonly busAccess: Readonly<Record<string, string>>;
  /** The address of the database they share. */
  readonly database: string;
  /** Where each service listens. */
  readonly urls: Readonly<Record<string, string>>;
  readonly processes: Readonly<Record<Inner | 'gateway', RunningProcess>>;
  /** SIGKILL to one service, and wait; answers how to start it again where it was. */
  kill(name: Inner | 'gateway'): Promise<() => Promise<void>>;
  stop(): Promise<void>;
}

export interface FleetOptions {
  readonly catalog: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Of executors beside the one that comes with PAO: each has a queue, and the services know of it. */
  readonly pools?: readonly string[];
  /** Answers where the services call the bus instead. */
  readonly tapBus?: (endpoint: string) => Promise<string>;
  /** What one service alone is told. */
  readonly of?: Partial<Record<Inner, Readonly<Record<string, string>>>>;
}

const serviceEntry = (name: string): URL => new URL(`../../services/${name}/src/main.ts`, import.meta.url);

/** Every service as a process of its own, as it is deployed, on a real PostgreSQL and an emulator of SNS and SQS. */
export const startFleet = async (options: FleetOptions): Promise<Fleet> => {
  const { catalog, environment = {}, of = {}, pools = [], tapBus } = options;
  const starting = [testDatabase(), startTestBus({ pools: ['default', ...pools] }), generateIdentityKeys()] as const;
  const [database, bus, keys] = await Promise.all(starting);
  const url = `http://127.0.0.1:${await freePort()}`;
  const busAccess = {
    AWS_ENDPOINT_URL: (await tapBus?.(bus.connection.endpoint)) ?? bus.connection.endpoint,
    AWS_REGION: bus.connection.region,
    AWS_ACCESS_KEY_ID: bus.connection.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: bus.connection.credentials.secretAccessKey,
    PAO_BUS_PREFIX: bus.topology.prefix,
  };
  const common = {
    ...busAccess,
    PAO_HOST: '127.0.0.1',
    PAO_PUBLIC_URL: url,
    DATABASE_URL: database,
    ...(pools.length > 0 && { PAO_EXECUTOR_POOLS: pools.join(',') }),
    PAO_IDENTITY_PUBLIC_KEYS: JSON.stringify(keys.publicKeys),
    PAO_CATALOG: catalog,
    ...environment,
  };
  const run = async (
    name: string,
    more: Readonly<Record<string, string>>,
    at?: string,
  ): Promise<[string, RunningProcess]> => {
    const address = at ?? `http://127.0.0.1:${await freePort()}`;
    const { port } = new URL(address);
    const process = await startProcess(serviceEntry(name), {
      environment: { ...common, ...more, PAO_PORT: port },
      isReady: answersAt(`${address}/api/v1/health/ready`),
      timeoutMs: 60_000,
    });
    return [address, process];
  };
  const inner = await Promise.all(INNER.map((name) => run(name, of[name] ?? {})));
  const urls = Object.fromEntries(INNER.map((name, index) => [name, inner[index]?.[0] ?? '']));
  const ofGateway = {
    PAO_AUTH: 'demo',
    PAO_IDENTITY_PRIVATE_KEY: JSON.stringify(keys.privateKey),
    PAO_SERVICE_URLS: JSON.stringify(urls),
  };
  const [, gateway] = await run('gateway', ofGateway, url);
  const started = Object.fromEntries(INNER.map((name, index) => [name, inner[index]?.[1]])) as Record<
    Inner,
    RunningProcess
  >;
  const processes = { ...started, gateway };
  return {
    url,
    client: createClient({ baseUrl: url, timeoutMs: 60_000 }),
    bus: bus.bus,
    busAccess,
    database,
    urls: { ...urls, gateway: url },
    processes,
    kill: async (name) => {
      await processes[name].kill();
      return async () => {
        const [more, at] = name === 'gateway' ? [ofGateway, url] : [of[name] ?? {}, urls[name]];
        processes[name] = (await run(name, more, at))[1];
      };
    },
    stop: async () => {
      await processes.gateway.stop();
      await Promise.all(INNER.map((name) => processes[name].stop()));
      await bus.close();
    },
  };
};
