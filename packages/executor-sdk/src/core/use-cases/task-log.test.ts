import type { LogLine } from '@pao/contracts';
import { TransientError } from '@pao/kernel';
import test from 'ava';
import { commandOf } from '../../testing/commands.ts';
import { executorUnderTest, succeeded, unknown } from '../../testing/executor-under-test.ts';

interface Told {
  readonly type: string;
  readonly lines: readonly LogLine[];
}

const logsIn = (events: readonly { readonly type: string; readonly body: string }[]): readonly Told[] =>
  events.map(({ type, body }) => {
    const { data } = JSON.parse(body) as { data: { lines?: LogLine[]; log?: LogLine[] } };
    return { type, lines: data.lines ?? data.log ?? [] };
  });

const messages = ({ lines }: Told): readonly string[] => lines.map(({ message }) => message);

const NAME = /pao-[0-9a-f-]+-g1-call/;

test('a short task tells its log with its end, and with nothing else', async (t) => {
  const { executor, ledger } = executorUnderTest();
  await executor.executeTask(commandOf({ action: { outputs: { id: 'body.id' } } }));
  const [told, ...others] = logsIn(ledger.events);
  t.deepEqual(others, []);
  t.is(told?.type, 'task-succeeded.v1');
  t.deepEqual(told && messages(told), [
    'prepared: rest-api',
    'started: POST http://target.test/things',
    'try 1: done in 0 ms',
    'outputs read: status, id',
    'ended: the effect is done',
  ]);
  t.deepEqual(
    told?.lines.map(({ sequence }) => sequence),
    [1, 2, 3, 4, 5],
  );
  t.regex(JSON.stringify(told?.lines[1]?.data), NAME);
  t.deepEqual(told?.lines[2]?.data, { try: 1, outcome: 'ok', status: 201, tookMs: 0 });
});

test('each try, each wait, what a look at the target found and the end are told', async (t) => {
  const { executor, ledger } = executorUnderTest({
    run: () => unknown,
    probe: () => ({ kind: 'inconclusive', note: 'nothing carries the name', again: false }),
  });
  await executor.executeTask(commandOf({ action: { idempotent: true } }));
  const told = logsIn(ledger.events).flatMap(messages);
  t.is(told.filter((message) => message.startsWith('try ')).length, 3);
  t.is(told.filter((message) => message.startsWith('waiting ')).length, 2);
  t.true(told.includes('looked at the target: nothing carries the name'));
  t.is(told.at(-1), 'ended: nobody knows whether the effect happened (HTTP_500)');
});

test('a task that takes its time tells its log on the way, every two seconds, and each line once', async (t) => {
  const world = executorUnderTest({
    run: async () => {
      for (let n = 0; n < 3; n += 1) {
        world.time.advance(2_000);
        await new Promise(setImmediate);
      }
      return succeeded;
    },
  });
  await world.executor.executeTask(commandOf());
  const told = logsIn(world.ledger.events);
  t.deepEqual(
    told.map(({ type }) => type),
    ['task-started.v1', 'task-progressed.v1', 'task-succeeded.v1'],
  );
  const sequences = told.flatMap(({ lines }) => lines.map(({ sequence }) => sequence));
  t.deepEqual(
    sequences,
    [...sequences.keys()].map((index) => index + 1),
  );
});

test('lines that could not be told on the way come with the end', async (t) => {
  const world = executorUnderTest({
    through: (ledger) => ({
      ...ledger,
      announce: async (hold, event) => {
        if (event.type === 'task-progressed.v1') throw new TransientError('away');
        await ledger.announce(hold, event);
      },
    }),
    troubled: () => {},
    run: async () => {
      world.time.advance(2_000);
      await new Promise(setImmediate);
      return succeeded;
    },
  });
  await world.executor.executeTask(commandOf());
  const last = logsIn(world.ledger.events).at(-1);
  t.deepEqual(
    last?.lines.map(({ sequence }) => sequence),
    [1, 2, 3, 4, 5],
  );
});

test('a command that can not be carried out says why in its log', async (t) => {
  const { executor, ledger } = executorUnderTest();
  await executor.executeTask(commandOf({ action: { config: { refuse: true } } }));
  t.deepEqual(logsIn(ledger.events).flatMap(messages), [
    'not begun: config: no',
    'ended: the effect did not happen (CONFIG_INVALID)',
  ]);
});

test('who takes an attempt over numbers its lines after all that the first could have told', async (t) => {
  const first = executorUnderTest({ run: () => new Promise(() => {}) });
  void first.executor.executeTask(commandOf());
  await new Promise(setImmediate);
  first.time.advance(120_000);
  const second = executorUnderTest({ shared: first });
  await second.executor.settleAbandonedAttempts();
  const last = logsIn(second.ledger.events).at(-1);
  t.is(last?.lines[0]?.message, 'took the attempt over: the executor that had begun it is gone');
  t.true(last?.lines.every(({ sequence }) => sequence > 10_000));
});
