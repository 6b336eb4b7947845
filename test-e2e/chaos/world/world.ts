import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { createTopology, ensureTopology } from '@pao/bus';
import { type Client, createClient } from '@pao/client';
import { generateIdentityKeys } from '@pao/http';
import { BROKEN_TARGET, TARGET, writeChaosCatalog } from '../catalog.ts';
import { type CuttingWireOptions, startCuttingWire } from '../wires/cutting-wire.ts';
import { startHttpWire } from '../wires/http-wire.ts';
import { bringsMessages, busCall, httpCall } from '../wires/names.ts';
import { startPostgresWire } from '../wires/postgres-wire.ts';
import type { Wire } from '../wires/watch.ts';
import { type Infrastructure, startBus, startDatabase } from './infrastructure.ts';
import { type Outside, startOutside } from './outside.ts';
import { type Supervised, supervise } from './supervised.ts';
import { createTrigger, type Point, PROCESSES, type ProcessName, serviceOf } from './trigger.ts';

export interface World {
  readonly client: Client;
  readonly outside: Outside;
  readonly database: Infrastructure;
  readonly bus: Infrastructure;
  readonly wires: Readonly<Record<string, Wire>>;
  /** The folder with the documents that are offered. */
  readonly catalog: string;
  /** Kills or stops the process that comes to the point. Resolves with its name then, with nothing after `withinMs`. */
  arm(point: Point, withinMs: number): Promise<ProcessName | undefined>;
  kill(name: ProcessName): boolean;
  /** Until every process is there and ready. */
  up(): Promise<void>;
  stop(): Promise<void>;
}

const entryOf = (name: ProcessName): URL =>
  new URL(`../../../services/${serviceOf(name)}/src/main.ts`, import.meta.url);

/** The whole system: each service a process, with a wire to everything that it talks to. */
export const startWorld = async (folder: string, cutAfter: CuttingWireOptions['cutAfter']): Promise<World> => {
  const catalog = join(folder, 'catalog');
  const [database, bus, outside, keys] = await Promise.all([
    startDatabase(folder),
    startBus(folder),
    startOutside(),
    generateIdentityKeys(),
    writeChaosCatalog(catalog),
  ]);
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  await ensureTopology({ region: 'us-east-1', endpoint: `http://${bus.host()}`, credentials }, createTopology());

  const processes = new Map<ProcessName, Supervised>();
  const { watchOf, arm } = createTrigger(processes);
  const wires: Record<string, Wire> = {};

  const http = async (of: ProcessName, name: string, to: () => string): Promise<string> => {
    const wire = await startHttpWire({ to, nameOf: (call) => `${name} ${httpCall(call)}`, watch: watchOf(of) });
    wires[`${of} ${name}`] = wire;
    return wire.host;
  };

  const common = {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    PAO_HOST: '127.0.0.1',
    PAO_IDENTITY_PUBLIC_KEYS: JSON.stringify(keys.publicKeys),
    PAO_CATALOG: catalog,
    PAO_DATA_KEYS: `k1:${randomBytes(32).toString('base64')}`,
    PAO_BUS_WAIT_SECONDS: '10',
    PAO_RESEND_AFTER_SECONDS: '10',
    PAO_EXECUTOR_SWEEP_SECONDS: '2',
    PAO_ESCALATION_SWEEP_SECONDS: '1',
    PAO_ESCALATION_LEASE_SECONDS: '5',
    PAO_ESCALATION_JIRA_PROJECT: 'OPS',
    PAO_LOG_LEVEL: 'error',
  };

  const broken = await startCuttingWire({ to: () => outside.target.host, cutAfter });
  wires['broken'] = broken;

  const innerEnvironment = async (name: ProcessName) => {
    const [data, messages] = await Promise.all([
      startPostgresWire({ to: database.host, watch: watchOf(name) }),
      startHttpWire({ to: bus.host, nameOf: busCall, changesSomething: bringsMessages, watch: watchOf(name) }),
    ]);
    wires[`${name} postgres`] = data;
    wires[`${name} bus`] = messages;
    return { ...common, DATABASE_URL: database.urlAt(data.host), AWS_ENDPOINT_URL: `http://${messages.host}` };
  };

  const outerEnvironment = async (name: ProcessName) => {
    const [target, jira, github] = await Promise.all([
      http(name, 'target', () => outside.target.host),
      http(name, 'jira', () => outside.jira.host),
      http(name, 'github', () => outside.github.host),
    ]);
    return {
      PAO_EGRESS_ALLOW: [target, jira, github, broken.host].join(','),
      PAO_EGRESS_MAP: `${TARGET}=${target},${BROKEN_TARGET}=${broken.host}`,
      // Nothing is wrong with the target that breaks connections: it is what this is about.
      PAO_EXECUTOR_BREAKER_FAILURES: '10000',
      PAO_JIRA_URL: `http://${jira}`,
      PAO_JIRA_EMAIL: 'pao@example.test',
      PAO_JIRA_API_TOKEN: 'api-token',
      PAO_GITHUB_URL: `http://${github}`,
      PAO_GITHUB_TOKEN: 'github-token',
    };
  };

  const startInner = async (name: ProcessName): Promise<void> => {
    const environment = {
      ...(await innerEnvironment(name)),
      ...((name.startsWith('executor') || name === 'escalation') && (await outerEnvironment(name))),
      ...(name.startsWith('executor') && { PAO_EXECUTOR_INSTANCE: name }),
    };
    processes.set(name, await supervise({ entry: entryOf(name), environment }));
  };
  await Promise.all(PROCESSES.filter((name) => name !== 'gateway').map(startInner));

  const urls: [string, string][] = [];
  for (const name of ['catalog', 'request', 'executor', 'escalation'] as const) {
    const to = new URL(processes.get(name)?.url ?? '').host;
    urls.push([name, `http://${await http('gateway', name, () => to)}`]);
  }
  const gateway = await supervise({
    entry: entryOf('gateway'),
    environment: {
      ...common,
      PAO_AUTH: 'demo',
      PAO_IDENTITY_PRIVATE_KEY: JSON.stringify(keys.privateKey),
      PAO_SERVICE_URLS: JSON.stringify(Object.fromEntries(urls)),
    },
  });
  processes.set('gateway', gateway);

  const up = async (): Promise<void> => {
    await Promise.all(Array.from(processes.values(), (one) => one.up()));
  };
  await up();
  return {
    client: createClient({ baseUrl: gateway.url, timeoutMs: 10_000 }),
    ...{ catalog, outside, database, bus, wires, arm, up },
    kill: (name) => processes.get(name)?.kill() ?? false,
    stop: async () => {
      await Promise.all(Array.from(processes.values(), (one) => one.stop()));
      await Promise.all(Object.values(wires).map((wire) => wire.close()));
      await Promise.all([database.stop(), bus.stop(), outside.close()]);
    },
  };
};
