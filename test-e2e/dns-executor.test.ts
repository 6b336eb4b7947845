import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { operations } from '@pao/contracts';
import test, { type ExecutionContext } from 'ava';
import { startFleet } from './harness/fleet.ts';
import { temporaryDirectory } from './harness/standalone.ts';
import { getData, submit, untilAtRest } from './harness/steps.ts';

const main = fileURLToPath(new URL('../docs/examples/dns-executor/src/main.ts', import.meta.url));
const SOA = '@ 3600 IN SOA ns.example.org. admin.example.org. 1 7200 3600 1209600 3600';

const ITEM = `schemaVersion: catalog/v1
kind: CatalogItem
metadata:
  id: dns-record
  name: DNS record
  description: A record of a zone, made by the executor of the DNS team.
  version: 1.0.0
  category: testing
  owner: { team: dns, contact: dns@example.test }
input:
  form:
    name: Name
    type: string
    required: true
    validation: { pattern: "^[a-z][a-z0-9-]{1,60}$" }
    groups:
      - id: basic
        name: Basic
        fields:
          - { id: address, name: Address, type: string, required: true, validation: { pattern: "^[0-9.]{7,15}$" } }
fulfillment:
  strategy: { mode: automatic }
  manual:
    actions:
      - type: jira-ticket
        config: { ticket: { project: TEST, summaryTemplate: "Do {{.current.name}}" } }
  automatic:
    actions:
      - type: dns-record
        id: record
        name: Record
        executor: dns
        config: { zone: example.org, name: "{{.current.name}}", type: A, value: "{{.current.basic.address}}" }
        outputs: { host: fqdn }
`;

/** A folder with a zone, a catalog, and a reload command that waits for as long as there is a file `hold`. */
const prepareFolder = async (t: ExecutionContext) => {
  const { path, remove } = await temporaryDirectory();
  t.teardown(remove);
  await mkdir(join(path, 'catalog/catalog/testing'), { recursive: true });
  await writeFile(join(path, 'catalog/catalog/testing/dns-record.yaml'), ITEM);
  await mkdir(join(path, 'zones'));
  await writeFile(join(path, 'zones/example.org.zone'), `${SOA}\n`);
  const reload = join(path, 'reload.sh');
  await writeFile(reload, `echo "$1" >> ${path}/reloads\nwhile [ -e ${path}/hold ]; do sleep 0.05; done\n`);
  const lines = async (name: string) =>
    (await readFile(join(path, 'zones/example.org.zone'), 'utf8'))
      .split('\n')
      .filter((line) => line.startsWith(`${name} `));
  const reloads = async () => (await readFile(join(path, 'reloads'), 'utf8').catch(() => '')).split('\n').length - 1;
  return { path, reload, lines, reloads };
};

/** The example as its own process: what it knows of the system is the bus. */
const startExecutor = (t: ExecutionContext, path: string, environment: Readonly<Record<string, string>>) => {
  const child = spawn(process.execPath, [main], {
    cwd: path,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: process.env['PATH'] ?? '', ...environment },
  });
  const chunks: string[] = [];
  child.stdout.setEncoding('utf8').on('data', (text: string) => chunks.push(text));
  t.teardown(() => child.kill('SIGKILL'));
  return { child, output: () => chunks.join('') };
};

const ended = async (child: ChildProcess, signal: NodeJS.Signals): Promise<unknown> => {
  const exit = once(child, 'exit');
  child.kill(signal);
  return (await exit)[0];
};

const until = async (what: string, holds: () => Promise<boolean>): Promise<void> => {
  for (const deadline = Date.now() + 60_000; !(await holds()); ) {
    if (Date.now() > deadline) throw new Error(`still not: ${what}`);
    await sleep(50);
  }
};

test('an executor of another team, with nothing but the bus, serves its pool: announced, killed, silent, and back', async (t) => {
  const { path, reload, lines, reloads } = await prepareFolder(t);
  const fleet = await startFleet({ catalog: join(path, 'catalog'), pools: ['dns'] });
  t.teardown(() => fleet.stop());
  const environment = {
    ...fleet.busAccess,
    DNS_ZONES: join(path, 'zones'),
    DNS_RELOAD: `/bin/sh ${reload}`,
    PAO_EXECUTOR_INSTANCE: 'dns-1',
  };
  const record = (name: string) => ({ item: 'dns-record', input: { name, basic: { address: '192.0.2.1' } } });
  const pool = async () => (await getData(fleet, operations.listExecutors)).find((one) => one.pool === 'dns');

  const first = startExecutor(t, path, environment);
  await until('announced', async () => (await pool())?.actionTypes.some(({ type }) => type === 'dns-record') === true);
  t.like((await pool())?.actionTypes[0], {
    type: 'dns-record',
    version: '1.0.0',
    idempotency: 'probe',
    canRollBack: true,
  });

  const [plain = ''] = await submit(fleet, [record('www')]);
  const completed = await untilAtRest(fleet, plain);
  t.is(completed.status, 'completed', JSON.stringify(completed.failure));
  t.like(completed.tasks[0], { outputs: { host: 'www.example.org' } });
  t.is((await lines('www')).length, 1);

  await writeFile(join(path, 'hold'), '');
  const [killed = ''] = await submit(fleet, [record('killed')]);
  await until('the name server is told', async () => (await reloads()) === 2);
  await ended(first.child, 'SIGKILL');
  await rm(join(path, 'hold'));

  const second = startExecutor(t, path, environment);
  const settled = await untilAtRest(fleet, killed);
  t.is(settled.status, 'completed', JSON.stringify(settled.failure));
  t.is((await lines('killed')).length, 1);
  t.is(await reloads(), 3);

  t.is(await ended(second.child, 'SIGTERM'), 0, second.output());
  await until('known to have stopped', async () => (await pool())?.silent === true);
  const [waiting = ''] = await submit(fleet, [record('late')]);
  await until('queued', async () => {
    const { tasks } = await getData(fleet, operations.getRequest, { params: { id: waiting } });
    return tasks[0]?.status === 'queued';
  });
  t.deepEqual(await lines('late'), []);
  startExecutor(t, path, environment);
  t.is((await untilAtRest(fleet, waiting)).status, 'completed');
  t.is((await lines('late')).length, 1);
});
