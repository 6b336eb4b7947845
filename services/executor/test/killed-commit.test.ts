import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Bus, createAwsBus, createTopology, ensureTopology } from '@pao/bus';
import { startEmulator } from '@pao/bus/emulator';
import { ledgerMigrations } from '@pao/executor-sdk';
import { commandOf, dataOf, messageOf } from '@pao/executor-sdk/testing';
import { type FakeGithub, testDatabase } from '@pao/testkit';
import test, { type ExecutionContext } from 'ava';
import { receiveEvents } from './support/events.ts';
import { commitConfig, fakeGithub, TOKEN } from './support/github.ts';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const databaseUrl = await testDatabase({ schema: 'pao_executor', migrations: ledgerMigrations });
const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };

interface World {
  readonly bus: Bus;
  readonly github: FakeGithub;
  readonly start: () => ChildProcess;
}

const worldOf = async (t: ExecutionContext): Promise<World> => {
  const emulator = await startEmulator();
  const connection = { region: 'us-east-1', endpoint: emulator.endpoint, credentials };
  const topology = createTopology();
  await ensureTopology(connection, topology);
  const bus = createAwsBus({ ...connection, topology });
  // At a place that is no github.com, so an Enterprise Server.
  const github = await fakeGithub(t, { basePath: '/api/v3' });
  github.repository.commit({ README: 'read me' });
  t.teardown(async () => {
    await bus.close();
    await emulator.stop();
  });
  const start = (): ChildProcess => {
    const child = spawn(process.execPath, [main], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: {
        PATH: process.env['PATH'],
        DATABASE_URL: databaseUrl,
        AWS_ENDPOINT_URL: emulator.endpoint,
        AWS_ACCESS_KEY_ID: credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
        PAO_EXECUTOR_INSTANCE: 'killed-commit-test',
        PAO_EGRESS_ALLOW: github.host,
        PAO_GITHUB_URL: github.url,
        PAO_GITHUB_TOKEN: TOKEN,
        PAO_PORT: '0',
        PAO_EXECUTOR_ANNOUNCE_MS: '60000',
        PAO_LOG_LEVEL: 'silent',
      },
    });
    t.teardown(() => child.kill('SIGKILL'));
    return child;
  };
  return { bus, github, start };
};

const killed = async (child: ChildProcess): Promise<void> => {
  child.kill('SIGKILL');
  await once(child, 'exit');
};

const action = {
  type: 'git-commit',
  id: 'propose',
  timeoutSeconds: 600,
  config: commitConfig({ createPullRequest: true, labels: ['pao'] }),
};

/** Until GitHub was asked for this so many times. */
const asked = async (
  { ledger }: FakeGithub,
  operation: FakeGithub['ledger'][number]['operation'],
  times = 1,
): Promise<void> => {
  while (ledger.filter((one) => one.operation === operation).length < times) await sleep(20);
};

const told = async (bus: Bus, requestId: string) => {
  const [event] = await receiveEvents(bus, 1, { requestId });
  return event;
};

for (const operation of ['git/create-ref', 'pulls/create', 'issues/add-labels'] as const) {
  test.serial(
    `an executor killed at ${operation} leaves one branch and one pull request, and the task ends`,
    async (t) => {
      const { bus, github, start } = await worldOf(t);
      const command = commandOf({ action });
      const first = start();
      // What was asked is done, and the answer comes too late for who asked.
      github.delay(operation, 60_000);
      await bus.publish([messageOf(command)]);
      await asked(github, operation);
      await killed(first);
      const second = start();
      const event = await told(bus, command.requestId);
      await killed(second);
      t.is(event?.type, 'task-succeeded.v1', JSON.stringify(event && dataOf(event)));
      t.is(github.pulls.length, 1);
      t.deepEqual(github.pulls[0]?.labels, ['pao']);
      t.is(github.repository.branches.size, 2);
      t.like(event && dataOf(event), {
        outputs: { pullRequestNumber: 1, commitSha: github.repository.branches.get(github.pulls[0]?.head ?? '') },
      });
    },
  );
}

test.serial('a retry after a pull request that was refused goes on with it, on the commit that is there', async (t) => {
  const { bus, github, start } = await worldOf(t);
  github.spoil('pulls/create', () => ({ status: 403, body: { message: 'Resource not accessible' } }), 1);
  github.spoil('pulls/list', () => ({ status: 200, body: [] }), 2);
  const command = commandOf({
    action: { ...action, config: commitConfig({ createPullRequest: true, pullRequestTitle: 'Topic' }) },
  });
  const process = start();
  await bus.publish([messageOf(command)]);
  t.like(await told(bus, command.requestId), { type: 'task-failed.v1' });
  const commits = github.repository.commits.size;
  await bus.publish([messageOf({ ...command, generation: 2 })]);
  const event = await told(bus, command.requestId);
  await killed(process);
  t.is(event?.type, 'task-succeeded.v1', JSON.stringify(event && dataOf(event)));
  t.is(github.repository.commits.size, commits);
  t.is(github.repository.branches.size, 2);
});
