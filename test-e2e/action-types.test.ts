import type { RequestDetails } from '@pao/contracts';
import test, { type ExecutionContext } from 'ava';
import { type ActionType, type Bench, hasTerraform, startBench, TYPES } from './harness/action-types.ts';
import { untilAtRest } from './harness/steps.ts';

// Every built-in action type as a customer uses it: real processes, real HTTP, a ledger of the target's own.

let bench: Bench;

test.before(async () => {
  bench = await startBench();
});

test.after.always(() => bench?.close());

type Ledger = (name: string, request: RequestDetails) => unknown;

const labelled = (issues: Bench['world']['cloud']['issues'], { tasks }: RequestDetails, position: number) =>
  issues.filter(({ fields }) => JSON.stringify(fields).includes(`pao-${tasks[position]?.id}-g1-create`)).length;

/** How often each step was done outside, by the target's own account. */
const EFFECTS: Readonly<Record<ActionType, Ledger>> = {
  'rest-api': (name) => [
    bench.world.platform.of(name, 'database').length,
    bench.world.platform.of(name, 'signed').map(({ body }) => body['endpoint']),
  ],
  'jira-ticket': (_, request) => [
    labelled(bench.world.cloud.issues, request, 0),
    labelled(bench.world.dataCenter.issues, request, 1),
  ],
  'git-commit': (name) => [
    bench.world.github.pulls
      .filter(({ title }) => title === `Add ${name}`)
      .map(({ merged, reviewers, labels }) => ({ merged, reviewers, labels })),
    bench.world.remote.subjects().filter((subject) => subject === `Note ${name}`).length,
  ],
  'github-workflow': (name) => bench.world.github.runs.filter(({ inputs }) => inputs['thing'] === name).length,
  terraform: (_, { tasks }) => tasks[0]?.outputs['plan'],
  webhook: (name) => bench.world.platform.of(name, 'hook').length,
  'servicenow-request': (name) =>
    bench.world.serviceNow.of('incident').filter(({ fields }) => fields['short_description'] === `Do ${name}`).length,
};

const ONCE: Readonly<Record<ActionType, (name: string) => unknown>> = {
  'rest-api': (name) => [1, [`${name}.db.test`]],
  'jira-ticket': () => [1, 1],
  'git-commit': () => [[{ merged: true, reviewers: ['sam'], labels: ['pao'] }], 1],
  'github-workflow': () => 1,
  terraform: () => ({ add: 1, change: 0, destroy: 0 }),
  webhook: () => 1,
  'servicenow-request': () => 1,
};

const endsAsAsked = async (t: ExecutionContext, type: ActionType, id: string): Promise<void> => {
  const request = await untilAtRest(bench.fleet, id, 90_000);
  const { name, status, failure, tasks } = request;
  t.is(status, 'completed', `${type}: ${JSON.stringify(failure)}`);
  t.deepEqual(EFFECTS[type](name, request), ONCE[type](name), type);
  const [told, ...more] = bench.world.platform.of(name, 'seen');
  t.deepEqual(more, []);
  const given = tasks.flatMap(({ outputs }) => Object.values(outputs)).map(String);
  t.true(String(told?.body['value']).length > 3 && given.includes(String(told?.body['value'])), type);
};

test.serial(
  'a request of each action type waits, goes on with what it waited for, and does each step once',
  async (t) => {
    t.timeout(180_000);
    if (!hasTerraform) t.log('terraform is not installed: its type is left out');
    await Promise.all(
      TYPES.map(async (type) => {
        const id = await bench.parked(type, `whole-${type}`);
        t.deepEqual(bench.world.platform.of(`whole-${type}`, 'seen'), [], 'what follows waits, too');
        await bench.release(type, id);
        await endsAsAsked(t, type, id);
      }),
    );
    t.is(bench.world.platform.tokens(), 1);
    t.deepEqual(bench.world.github.violations, []);
  },
);

test.serial(
  'every process is killed while tasks of every kind wait: none is lost, and none is done twice',
  async (t) => {
    t.timeout(180_000);
    const { fleet } = bench;
    const waiting = await Promise.all(
      TYPES.map(async (type) => [type, await bench.parked(type, `killed-${type}`)] as const),
    );
    const names = ['executor', 'request', 'escalation', 'catalog', 'gateway'] as const;
    const revivals = await Promise.all(names.map((name) => fleet.kill(name)));
    await Promise.all(revivals.map((revive) => revive()));
    for (const [type, id] of waiting) t.is((await bench.read(id)).status, 'processing', type);
    await Promise.all(
      waiting.map(async ([type, id]) => {
        await bench.release(type, id);
        await endsAsAsked(t, type, id);
      }),
    );
    t.deepEqual(bench.world.github.violations, []);
  },
);
