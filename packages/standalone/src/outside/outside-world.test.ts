import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { startOutsideWorld } from './outside-world.ts';

const temporary = async (t: ExecutionContext): Promise<string> => {
  const directory = await mkdtemp(join(tmpdir(), 'pao-outside-'));
  t.teardown(() => rm(directory, { recursive: true, force: true, maxRetries: 5 }));
  return directory;
};

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

const create = (sandboxUrl: string, name: string) =>
  fetch(`${sandboxUrl}/v1/databases`, { method: 'POST', body: JSON.stringify({ name }) });

const recordedNames = async (sandboxUrl: string): Promise<string[]> => {
  const calls: { body: { name: string } }[] = JSON.parse(await (await fetch(`${sandboxUrl}/_sandbox/calls`)).text());
  return calls.map(({ body }) => body.name);
};

test('the process brings an emulator and a sandbox, and ends when it is let go', async (t) => {
  const world = await startOutsideWorld({ dataDirectory: await temporary(t) });
  t.is((await fetch(`${world.endpoint}/health`)).status, 200);
  t.is((await create(world.sandboxUrl, 'orders-db')).status, 201);
  process.kill(world.pid, 'SIGINT');
  process.kill(world.pid, 'SIGTERM');
  t.deepEqual(await recordedNames(world.sandboxUrl), ['orders-db']);
  await world.stop();
  t.false(isAlive(world.pid));
  await world.stop();
});

test('with an endpoint of SNS and SQS there is no emulator', async (t) => {
  const awsEndpointUrl = 'http://127.0.0.1:1';
  const world = await startOutsideWorld({ dataDirectory: await temporary(t), awsEndpointUrl });
  t.is(world.endpoint, awsEndpointUrl);
  t.is((await fetch(world.sandboxUrl)).status, 200);
  await world.stop();
});

test('when the parent is killed the process ends too, and what was answered stays on record', async (t) => {
  const dataDirectory = await temporary(t);
  const fixture = fileURLToPath(new URL('outside-world.fixture.ts', import.meta.url));
  const parent = spawn(process.execPath, [fixture, dataDirectory], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.teardown(() => parent.kill('SIGKILL'));
  const [line] = await once(createInterface(parent.stdout), 'line');
  const { pid, sandboxUrl }: { pid: number; sandboxUrl: string } = JSON.parse(String(line));
  const answered: string[] = [];
  await Promise.allSettled(
    Array.from({ length: 200 }, async (_, n) => {
      if (n === 100) parent.kill('SIGKILL');
      if ((await create(sandboxUrl, `db-${n}`)).status === 201) answered.push(`db-${n}`);
    }),
  );
  while (isAlive(pid)) await sleep(10);
  const next = await startOutsideWorld({ dataDirectory });
  const recorded = new Set(await recordedNames(next.sandboxUrl));
  t.deepEqual(
    answered.filter((name) => !recorded.has(name)),
    [],
  );
  await next.stop();
});

test('a process that cannot start says so', async (t) => {
  await t.throwsAsync(startOutsideWorld({ dataDirectory: '/dev/null/nowhere' }), { message: /ended at once/ });
});
