import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { type Client, createClient } from '@pao/client';
import { operations, type RequestDetails } from '@pao/contracts';
import { eventually } from '@pao/testkit';
import { writeActionCatalog } from './action-catalog.ts';
import { type Fleet, startFleet } from './fleet.ts';
import { type OuterWorld, startOuterWorld } from './outer-world.ts';
import { temporaryDirectory } from './standalone.ts';
import { getData, submit } from './steps.ts';

const APPROVER_KEY = 'pao_the-key-of-the-approver-of-this-test';

/** Without Terraform everything else is tested all the same. */
export const hasTerraform = ((): boolean => {
  try {
    execFileSync('terraform', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

/** The built-in action types, and what a task of each waits for; people close the ticket of `jira-ticket`. */
const WAITS = {
  'rest-api': 'check',
  'jira-ticket': 'ticket',
  'git-commit': 'check',
  'github-workflow': 'check',
  ...(hasTerraform && { terraform: 'approval' }),
  webhook: 'callback',
  'servicenow-request': 'check',
} as const;

export type ActionType = keyof typeof WAITS;

export const TYPES: readonly ActionType[] = Object.keys(WAITS) as ActionType[];

export interface Bench {
  readonly fleet: Fleet;
  readonly world: OuterWorld;
  /** Somebody else than who asks. */
  readonly approver: { readonly client: Client };
  read(id: string): Promise<RequestDetails>;
  /** Asks for an item, and answers the request's id once its first task waits. */
  parked(item: ActionType | 'impatient', name: string): Promise<string>;
  /** Brings about what the task waits for. */
  release(type: ActionType, id: string): Promise<void>;
  close(): Promise<void>;
}

export const callBack = (url: string, body: object): Promise<Response> =>
  fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

const isParked = ({ tasks: [task] }: RequestDetails, kind: string): boolean =>
  kind === 'ticket' ? task?.ticket !== undefined : task?.status === 'waiting' && task.waitingFor?.kind === kind;

const untilParked = async (read: () => Promise<RequestDetails>, kind: string): Promise<void> => {
  let request: RequestDetails | undefined;
  try {
    await eventually(async () => isParked((request = await read()), kind), { timeoutMs: 60_000, everyMs: 100 });
  } catch (cause) {
    throw new Error(`not parked, but ${JSON.stringify(request)}`, { cause });
  }
};

type Release = (bench: Bench, name: string, request: RequestDetails) => unknown;

const RELEASES: Readonly<Record<ActionType, Release>> = {
  'rest-api': ({ world }, name) => world.platform.ready(name),
  'jira-ticket': ({ world }, _, { tasks }) => world.cloud.resolve(tasks[0]?.ticket?.key ?? ''),
  'git-commit': ({ world }, name) => world.merge(`Add ${name}`),
  'github-workflow': ({ world }, name) => {
    const run = world.github.runs.find(({ inputs }) => inputs['thing'] === name);
    if (run) Object.assign(run, { status: 'completed', conclusion: 'success' });
  },
  terraform: ({ approver }, _, { id, tasks }) => {
    const params = { id, taskId: tasks[0]?.id ?? '' };
    return getData(approver, operations.decideTask, { params, body: { approved: true } });
  },
  webhook: ({ world }, name) =>
    callBack(world.platform.callbackUrl(name), { status: 'succeeded', outputs: { endpoint: `${name}.hook.test` } }),
  'servicenow-request': ({ world }, name) => {
    const record = world.serviceNow.of('incident').find(({ fields }) => fields['short_description'] === `Do ${name}`);
    world.serviceNow.closeRecord(record?.fields['number'] ?? '', { state: '7' });
  },
};

/** The fleet and the fakes of everything that its built-in action types reach. */
export const startBench = async (environment: Readonly<Record<string, string>> = {}): Promise<Bench> => {
  const directory = await temporaryDirectory();
  const world = await startOuterWorld(directory.path);
  const catalog = join(directory.path, 'catalog');
  await writeActionCatalog(catalog, world);
  const sha256 = createHash('sha256').update(APPROVER_KEY).digest('hex');
  const person = { name: 'approver', email: 'approver@example.test', teams: ['other'], roles: ['approver'] };
  const fleet = await startFleet({
    catalog,
    environment: {
      ...world.environment,
      PAO_API_KEYS: JSON.stringify([{ ...person, sha256, tenant: 'default' }]),
      PAO_EXECUTOR_INSTANCE: 'the-one-of-this-test',
      ...environment,
    },
  });
  const read: Bench['read'] = (id) => getData(fleet, operations.getRequest, { params: { id } });
  const bench: Bench = {
    ...{ fleet, world, read },
    approver: { client: createClient({ baseUrl: fleet.url, apiKey: APPROVER_KEY, timeoutMs: 60_000 }) },
    parked: async (item, name) => {
      const [id = ''] = await submit(fleet, [{ item: `testing-${item}`, input: { name } }]);
      const kind = item === 'impatient' ? 'callback' : (WAITS[item] ?? 'check');
      await untilParked(() => read(id), kind);
      return id;
    },
    release: async (type, id) => {
      const request = await read(id);
      await RELEASES[type](bench, request.name, request);
    },
    close: async () => {
      await fleet.stop();
      await world.close();
      await directory.remove();
    },
  };
  return bench;
};
