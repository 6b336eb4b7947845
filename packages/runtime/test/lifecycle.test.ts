import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { combineServices, type Service } from '../src/index.ts';

const run = (behaviour: string) => {
  const child = spawn(process.execPath, [fileURLToPath(new URL('process.ts', import.meta.url)), behaviour]);
  const messages: string[] = [];
  const waiting: { text: string; resolve: () => void }[] = [];
  let rest = '';
  child.stdout.on('data', (chunk) => {
    const lines = (rest + String(chunk)).split('\n');
    rest = lines.pop() ?? '';
    messages.push(...lines.map((line) => JSON.parse(line).msg));
    for (const { text, resolve } of waiting) if (messages.includes(text)) resolve();
  });
  const said = (text: string) => new Promise<void>((resolve) => waiting.push({ text, resolve }));
  return { child, messages, said, exit: exitOf(child) };
};

const exitOf = async (child: ChildProcess): Promise<number | null> => {
  const [code] = await once(child, 'close');
  return code;
};

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  test(`${signal} stops the parts in reverse and ends the process with status 0`, async (t) => {
    const { child, messages, said, exit } = run('');
    await said('ready');
    child.kill(signal);
    t.is(await exit, 0);
    t.deepEqual(messages, ['first started', 'second started', 'ready', 'second stopped', 'first stopped', 'stopped']);
  });
}

test('a stop that takes too long ends the process with status 1', async (t) => {
  const { child, messages, said, exit } = run('second-hangs');
  await said('ready');
  child.kill('SIGTERM');
  t.is(await exit, 1);
  t.is(messages.at(-1), 'the stop took too long');
});

test('a second signal does not wait', async (t) => {
  const { child, said, exit } = run('second-hangs');
  await said('ready');
  child.kill('SIGINT');
  setTimeout(() => child.kill('SIGINT'), 50);
  t.is(await exit, 130);
});

test('a failed start stops what had started and ends the process with status 1', async (t) => {
  const { messages, exit } = run('second-fails-to-start');
  t.is(await exit, 1);
  t.deepEqual(messages.slice(0, 3), ['first started', 'first stopped', 'could not start']);
});

for (const behaviour of ['throws-later', 'rejects-later']) {
  test(`a fault that nobody caught (${behaviour}) stops the parts and ends the process with status 1`, async (t) => {
    const { messages, exit } = run(behaviour);
    t.is(await exit, 1);
    t.true(messages.includes('uncaught exception'));
    t.true(messages.includes('first stopped'));
  });
}

const recorded = (log: string[], name: string, fails?: 'stop'): Service => ({
  name,
  start: async () => {
    log.push(`+${name}`);
  },
  stop: async () => {
    log.push(`-${name}`);
    if (fails) throw new Error('stuck');
  },
});

test('a part that fails to stop does not keep the others running', async (t) => {
  const log: string[] = [];
  const all = combineServices('all', [recorded(log, 'a'), recorded(log, 'b', 'stop'), recorded(log, 'c')]);
  await all.start();
  await t.throwsAsync(all.stop(), { message: /b did not stop: stuck/ });
  t.deepEqual(log, ['+a', '+b', '+c', '-c', '-b', '-a']);
});

test('a combination can be stopped twice, and before it has started', async (t) => {
  const log: string[] = [];
  const all = combineServices('all', [recorded(log, 'a')]);
  await all.stop();
  await all.start();
  await all.stop();
  await all.stop();
  t.deepEqual(log, ['+a', '-a']);
});

test('a stop during the start waits for the part that is starting and starts no other', async (t) => {
  const log: string[] = [];
  const begun = Promise.withResolvers<void>();
  const slow: Service = {
    ...recorded(log, 'slow'),
    start: async () => {
      begun.resolve();
      await new Promise((resolve) => setTimeout(resolve, 10));
      log.push('+slow');
    },
  };
  const all = combineServices('all', [slow, recorded(log, 'next')]);
  const started = all.start();
  await begun.promise;
  await all.stop();
  await t.throwsAsync(started, { message: /stopped while it started/ });
  t.deepEqual(log, ['+slow', '-slow']);
});
