import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { createApp, createStores, type Message } from './fauxqs.ts';
import { answerWhenWritten } from './hooks.ts';
import { MessageLog } from './message-log.ts';

const temporary = async (t: ExecutionContext): Promise<string> => {
  const directory = await mkdtemp(join(tmpdir(), 'pao-log-'));
  t.teardown(() => rm(directory, { recursive: true, force: true }));
  return directory;
};

const message = (messageId: string): Message => ({
  messageId,
  body: `body of ${messageId}`,
  md5OfBody: '',
  messageAttributes: {},
  md5OfMessageAttributes: '',
  sentTimestamp: 1,
  approximateReceiveCount: 0,
  messageGroupId: 'g',
});

/** What a process would find that starts after this one was killed right now. */
const afterKill = async (t: ExecutionContext, directory: string) => {
  const copy = await temporary(t);
  for (const file of ['messages.sqlite', 'messages.sqlite-wal']) await cp(join(directory, file), join(copy, file));
  const log = new MessageLog(copy);
  const found = [...log.messages()];
  log.close();
  return found;
};

test('what is written is on disk: order, queue, content and receives', async (t) => {
  const directory = await temporary(t);
  const log = new MessageLog(directory);
  log.add('q1', message('a'));
  log.add('q2', message('b'));
  const written = log.written();
  t.not(written, undefined);
  await written;
  t.is(log.written(), undefined);
  log.received('b', 3);
  log.add('q1', message('c'));
  await log.written();
  t.deepEqual(await afterKill(t, directory), [
    { queue: 'q1', message: message('a') },
    { queue: 'q2', message: { ...message('b'), approximateReceiveCount: 3 } },
    { queue: 'q1', message: message('c') },
  ]);
  log.close();
});

test('a message moved to another queue is there once, and a deleted one not at all', async (t) => {
  const directory = await temporary(t);
  const log = new MessageLog(directory);
  log.add('q1', message('a'));
  await log.written();
  log.remove('a');
  log.add('dlq', message('a'));
  log.add('q1', message('gone at once'));
  log.remove('gone at once');
  await log.written();
  t.deepEqual(await afterKill(t, directory), [{ queue: 'dlq', message: message('a') }]);
  log.removeQueue('dlq');
  t.deepEqual(await afterKill(t, directory), []);
  log.close();
});

test('an answer waits until what was sent is written, and is an error when that fails', async (t) => {
  let settle: { resolve: () => void; reject: (reason: Error) => void } = { resolve: () => {}, reject: () => {} };
  const app = createApp(await createStores(), 'us-east-1');
  answerWhenWritten(app, {
    written: () => new Promise<void>((resolve, reject) => (settle = { resolve, reject })),
  });
  let answered = false;
  const first = app.inject({ url: '/health' }).finally(() => (answered = true));
  await new Promise(setImmediate);
  await new Promise(setImmediate);
  t.false(answered);
  settle.resolve();
  t.is((await first).statusCode, 200);
  const second = app.inject({ url: '/health' });
  await new Promise(setImmediate);
  await new Promise(setImmediate);
  settle.reject(new Error('disk full'));
  // The error's answer is held back as well.
  await new Promise(setImmediate);
  settle.resolve();
  t.is((await second).statusCode, 500);
});
