import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, chown, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { Client } from 'pg';
import { type EmbeddedPostgresError, startEmbeddedPostgres } from './index.ts';

const logger = { info: () => {}, warn: () => {}, error: () => {} };
const isRoot = process.getuid?.() === 0;

const temporary = async (t: ExecutionContext): Promise<string> => {
  const directory = await mkdtemp(join(tmpdir(), 'pao-embedded-'));
  await chmod(directory, 0o755);
  t.teardown(() => rm(directory, { recursive: true, force: true }));
  return directory;
};

const start = async (t: ExecutionContext, dataDirectory: string) => {
  const server = await startEmbeddedPostgres({ dataDirectory, logger });
  t.teardown(() => server.stop());
  return server;
};

const query = async (url: string, text: string): Promise<readonly Record<string, unknown>[]> => {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
};

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

const gone = async (pid: number): Promise<void> => {
  while (isAlive(pid)) await sleep(10);
};

/** Starts a process that owns a server; answers when the server is up. */
const startOwner = async (t: ExecutionContext, args: string[], account: { uid?: number; gid?: number } = {}) => {
  const fixture = fileURLToPath(new URL('owner.fixture.ts', import.meta.url));
  const owner: ChildProcess = spawn(process.execPath, [fixture, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    ...account,
  });
  t.teardown(() => owner.kill('SIGKILL'));
  if (!owner.stdout) throw new Error('no output');
  const [line] = await Promise.race([once(createInterface(owner.stdout), 'line'), once(owner, 'exit')]);
  const server: { url: string; pid: number } = JSON.parse(String(line));
  return { owner, server };
};

test.serial('what was committed is there after a stop and a second start', async (t) => {
  const dataDirectory = join(await temporary(t), 'pg');
  const first = await startEmbeddedPostgres({ dataDirectory, logger, settings: { work_mem: '5MB' } });
  await query(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
  t.deepEqual(await query(first.url, 'SHOW work_mem'), [{ work_mem: '5MB' }]);
  await first.stop();
  t.false(isAlive(first.pid));
  const second = await start(t, dataDirectory);
  t.deepEqual(await query(second.url, 'SELECT answer FROM kept'), [{ answer: 42 }]);
  t.deepEqual(await query(second.url, 'SHOW fsync'), [{ fsync: 'on' }]);
});

test.serial('only the owner of the files can read the password, and nobody gets in without it', async (t) => {
  const dataDirectory = join(await temporary(t), 'pg');
  const server = await start(t, dataDirectory);
  t.is((await stat(join(dataDirectory, 'password'))).mode & 0o777, 0o600);
  t.is((await stat(dataDirectory)).mode & 0o777, 0o700);
  for (const url of [server.url, server.tcpUrl]) {
    const wrong = new URL(url);
    wrong.password = 'guess';
    await t.throwsAsync(query(wrong.href, 'SELECT 1'), { message: /password authentication failed/ });
  }
});

test.serial(
  'queries go through a socket where its path is short enough, else over the loopback interface',
  async (t) => {
    const directory = await temporary(t);
    const from = 'SELECT inet_client_addr() AS address';
    const short = await start(t, join(directory, 'a b'));
    t.deepEqual(await query(short.url, from), [{ address: null }]);
    t.deepEqual(await query(short.tcpUrl, from), [{ address: '127.0.0.1' }]);
    const long = await start(t, join(directory, 'x'.repeat(100)));
    t.deepEqual(await query(long.url, from), [{ address: '127.0.0.1' }]);
  },
);

test.serial(
  'a data directory in use is refused with the process that uses it, and free again after the stop',
  async (t) => {
    const dataDirectory = join(await temporary(t), 'pg');
    const { owner } = await startOwner(t, [dataDirectory]);
    const refused = await t.throwsAsync<EmbeddedPostgresError>(startEmbeddedPostgres({ dataDirectory, logger }));
    t.is(refused?.kind, 'in-use');
    t.regex(refused?.message ?? '', new RegExp(`in use by process ${owner.pid}:`));
    owner.kill('SIGKILL');
    await once(owner, 'exit');
    const mine = await startEmbeddedPostgres({ dataDirectory, logger });
    await t.throwsAsync(startEmbeddedPostgres({ dataDirectory, logger }), { message: /is in use by process/ });
    await mine.stop();
    await start(t, dataDirectory);
  },
);

test.serial('a server whose owner was killed stops by itself and loses nothing', async (t) => {
  const dataDirectory = join(await temporary(t), 'pg');
  const { owner, server } = await startOwner(t, [dataDirectory]);
  await query(server.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
  owner.kill('SIGKILL');
  await gone(server.pid);
  const next = await start(t, dataDirectory);
  t.deepEqual(await query(next.url, 'SELECT answer FROM kept'), [{ answer: 42 }]);
});

test.serial('a server that outlived its owner and the watchdog is stopped by the next start', async (t) => {
  const dataDirectory = join(await temporary(t), 'pg');
  const { owner, server } = await startOwner(t, [dataDirectory]);
  await query(server.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
  owner.kill('SIGSTOP');
  const watchdog = (await childrenOf(owner.pid ?? 0)).find((pid) => pid !== server.pid);
  process.kill(watchdog ?? Number.NaN, 'SIGKILL');
  owner.kill('SIGKILL');
  await once(owner, 'exit');
  t.true(isAlive(server.pid));
  const next = await start(t, dataDirectory);
  await gone(server.pid);
  t.deepEqual(await query(next.url, 'SELECT answer FROM kept'), [{ answer: 42 }]);
});

const childrenOf = async (pid: number): Promise<readonly number[]> => {
  const ps = spawn('ps', ['-o', 'pid=', '--ppid', String(pid)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const pids: number[] = [];
  for await (const line of createInterface(ps.stdout)) pids.push(Number(line));
  return pids;
};

test.serial('a killed server leaves a pid file that does not stop the next start', async (t) => {
  const dataDirectory = join(await temporary(t), 'pg');
  const { owner, server } = await startOwner(t, [dataDirectory]);
  process.kill(server.pid, 'SIGKILL');
  owner.kill('SIGKILL');
  await gone(server.pid);
  t.true(existsSync(join(dataDirectory, 'cluster', 'postmaster.pid')));
  await start(t, dataDirectory);
  t.pass();
});

test.serial('a pid file whose process id went to another program does not harm that program', async (t) => {
  const dataDirectory = join(await temporary(t), 'pg');
  await (await startEmbeddedPostgres({ dataDirectory, logger })).stop();
  const bystander = spawn('sleep', ['600'], { stdio: 'ignore' });
  t.teardown(() => bystander.kill());
  const file = join(dataDirectory, 'cluster', 'postmaster.pid');
  await writeFile(file, `${bystander.pid}\n${dataDirectory}/cluster\n`);
  await start(t, dataDirectory);
  t.true(isAlive(bystander.pid ?? 0));
});

test.serial('a first start that died half-way does not spoil the next one', async (t) => {
  const dataDirectory = join(await temporary(t), 'pg');
  await mkdir(join(dataDirectory, 'cluster.new', 'base'), { recursive: true });
  await writeFile(join(dataDirectory, 'cluster.new', 'PG_VERSION'), '18');
  const server = await start(t, dataDirectory);
  t.deepEqual(await query(server.url, 'SELECT 1 AS one'), [{ one: 1 }]);
});

test.serial('several servers run side by side', async (t) => {
  const directory = await temporary(t);
  const servers = await Promise.all(['a', 'b', 'c'].map((name) => start(t, join(directory, name))));
  t.is(new Set(servers.map((server) => new URL(server.url).port)).size, 3);
});

test.serial('what a throw-away server stored is removed, also when its owner is killed', async (t) => {
  const dataDirectory = join(await temporary(t), 'pg');
  const { owner, server } = await startOwner(t, [dataDirectory, 'ephemeral']);
  owner.kill('SIGKILL');
  await gone(server.pid);
  while (existsSync(dataDirectory)) await sleep(10);
  t.pass();
});

test.serial(
  'a server bound to another process outlives the one that started it, and ends with the other',
  async (t) => {
    const dataDirectory = join(await temporary(t), 'pg');
    const keeper = spawn('sleep', ['600'], { stdio: 'ignore' });
    t.teardown(() => keeper.kill());
    const { owner, server } = await startOwner(t, [dataDirectory, 'ephemeral', String(keeper.pid)]);
    owner.kill('SIGKILL');
    await once(owner, 'exit');
    await sleep(300);
    t.deepEqual(await query(server.url, 'SELECT 1 AS one'), [{ one: 1 }]);
    keeper.kill();
    await gone(server.pid);
    while (existsSync(dataDirectory)) await sleep(10);
  },
);

test.serial('a failed start says what PostgreSQL said and gives the directory back', async (t) => {
  const dataDirectory = join(await temporary(t), 'pg');
  const wrong = startEmbeddedPostgres({ dataDirectory, logger, settings: { shared_buffers: 'many' } });
  const refused = await t.throwsAsync<EmbeddedPostgresError>(wrong);
  t.is(refused?.kind, 'start-failed');
  t.regex(refused?.message ?? '', /invalid value for parameter "shared_buffers"/);
  await start(t, dataDirectory);
});

const asRoot = isRoot ? test.serial : test.serial.skip;

asRoot('below a directory that only root may enter the server runs too', async (t) => {
  const closed = await temporary(t);
  await chmod(closed, 0o700);
  const server = await start(t, join(closed, 'pg'));
  t.deepEqual(await query(server.url, 'SELECT 1 AS one'), [{ one: 1 }]);
  t.regex(await readFile(`/proc/${server.pid}/uid_map`, 'utf8'), /65534\s+0\s+1/);
});

asRoot('a data directory follows when its path is opened or closed to others', async (t) => {
  const directory = await temporary(t);
  for (const mode of [0o700, 0o755, 0o700]) {
    await chmod(directory, mode);
    await (await startEmbeddedPostgres({ dataDirectory: join(directory, 'pg'), logger })).stop();
  }
  t.pass();
});

for (const [who, uid] of [
  ['an ordinary user', 1],
  ['a user without a name', 12_345],
] as const) {
  asRoot(`${who} runs the server as himself`, async (t) => {
    const directory = await temporary(t);
    await chown(directory, uid, uid);
    const { owner, server } = await startOwner(t, [join(directory, 'pg')], { uid, gid: uid });
    t.is((await stat(`/proc/${server.pid}`)).uid, uid);
    owner.kill('SIGKILL');
    await gone(server.pid);
  });
}
