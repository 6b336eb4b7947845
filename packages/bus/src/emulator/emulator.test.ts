import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { CreateTopicCommand, PublishCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import test, { type ExecutionContext } from 'ava';
import { startEmulator } from './index.ts';

const QUEUE = 'orders.fifo';
const ACCOUNT = { region: 'us-east-1', credentials: { accessKeyId: 'any', secretAccessKey: 'any' } };

const temporary = async (t: ExecutionContext): Promise<string> => {
  const directory = await mkdtemp(join(tmpdir(), 'pao-emulator-'));
  t.teardown(() => rm(directory, { recursive: true, force: true }));
  return directory;
};

/** One queue of an emulator, with the four calls in short form. */
const openQueue = async (t: ExecutionContext, endpoint: string) => {
  const sqs = new SQSClient({ ...ACCOUNT, endpoint });
  t.teardown(() => sqs.destroy());
  const { QueueUrl } = await sqs.send(
    new CreateQueueCommand({ QueueName: QUEUE, Attributes: { FifoQueue: 'true', VisibilityTimeout: '600' } }),
  );
  let sent = 0;
  return {
    sqs,
    send: (group: string, body: string) => {
      const MessageDeduplicationId = `${Date.now()}-${sent++}`;
      const message = { QueueUrl, MessageGroupId: group, MessageDeduplicationId, MessageBody: body };
      return sqs.send(new SendMessageCommand(message));
    },
    receive: async (WaitTimeSeconds = 0, abortSignal?: AbortSignal): Promise<Message[]> => {
      const request = {
        QueueUrl,
        MaxNumberOfMessages: 10,
        WaitTimeSeconds,
        MessageSystemAttributeNames: ['All' as const],
      };
      return (await sqs.send(new ReceiveMessageCommand(request), abortSignal ? { abortSignal } : {})).Messages ?? [];
    },
    remove: ({ ReceiptHandle }: Message) => sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle })),
    show: ({ ReceiptHandle }: Message, VisibilityTimeout: number) =>
      sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout })),
  };
};

const start = async (t: ExecutionContext, dataDirectory?: string) => {
  const emulator = await startEmulator(dataDirectory === undefined ? {} : { dataDirectory });
  t.teardown(() => emulator.stop());
  return emulator;
};

const startProcess = async (t: ExecutionContext, dataDirectory: string) => {
  const fixture = fileURLToPath(new URL('emulator.fixture.ts', import.meta.url));
  const child = spawn(process.execPath, [fixture, dataDirectory], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.teardown(() => child.kill('SIGKILL'));
  const [endpoint] = await once(createInterface(child.stdout), 'line');
  const kill = async () => {
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  return { endpoint: String(endpoint), kill };
};

const bodies = (messages: readonly Message[]) => messages.map(({ Body }) => Body);

/** Receives and deletes until the queue is empty: the order in which a consumer sees the messages. */
const drain = async (queue: Awaited<ReturnType<typeof openQueue>>): Promise<(string | undefined)[]> => {
  const seen: (string | undefined)[] = [];
  for (;;) {
    const messages = await queue.receive();
    if (messages.length === 0) return seen;
    seen.push(...bodies(messages));
    for (const message of messages) await queue.remove(message);
  }
};

test('what was acknowledged survives kill -9, in order, and what was in flight is visible at once', async (t) => {
  const directory = await temporary(t);
  const first = await startProcess(t, directory);
  const before = await openQueue(t, first.endpoint);
  for (const body of ['1', '2', '3']) await before.send('a', body);
  t.deepEqual(bodies(await before.receive()), ['1']);
  await first.kill();

  const second = await startProcess(t, directory);
  const after = await openQueue(t, second.endpoint);
  await after.send('a', '4');
  const [redelivered] = await after.receive();
  t.is(redelivered?.Body, '1');
  if (redelivered) await after.remove(redelivered);
  t.deepEqual(await drain(after), ['2', '3', '4']);
});

test('what was acknowledged by the emulator under load is all there after kill -9', async (t) => {
  const directory = await temporary(t);
  const first = await startProcess(t, directory);
  const before = await openQueue(t, first.endpoint);
  const acknowledged: string[] = [];
  const senders = Array.from({ length: 8 }, async (_, sender) => {
    for (let n = 0; ; n += 1) {
      await before.send(`group-${sender}`, `${sender}-${n}`);
      acknowledged.push(`${sender}-${n}`);
      if (acknowledged.length === 100) await first.kill();
    }
  });
  await Promise.allSettled(senders);
  const after = await openQueue(t, (await startProcess(t, directory)).endpoint);
  const kept = new Set(await drain(after));
  t.deepEqual(
    acknowledged.filter((body) => !kept.has(body)),
    [],
  );
});

test('deleted messages stay deleted and receives stay counted over a restart', async (t) => {
  const directory = await temporary(t);
  const first = await startEmulator({ dataDirectory: directory });
  const before = await openQueue(t, first.endpoint);
  await before.send('a', 'done');
  await before.send('b', 'open');
  for (const message of await before.receive()) if (message.Body === 'done') await before.remove(message);
  await first.stop();
  const after = await openQueue(t, (await start(t, directory)).endpoint);
  const messages = await after.receive();
  t.deepEqual(bodies(messages), ['open']);
  t.is(messages[0]?.Attributes?.ApproximateReceiveCount, '2');
});

test('topics, subscriptions and their filters survive a restart', async (t) => {
  const directory = await temporary(t);
  const first = await startEmulator({ dataDirectory: directory });
  await openQueue(t, first.endpoint);
  const sns = new SNSClient({ ...ACCOUNT, endpoint: first.endpoint });
  const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 't.fifo', Attributes: { FifoTopic: 'true' } }));
  const Attributes = { RawMessageDelivery: 'true', FilterPolicy: JSON.stringify({ type: ['wanted'] }) };
  const Endpoint = `arn:aws:sqs:us-east-1:000000000000:${QUEUE}`;
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint, Attributes }));
  await first.stop();

  const { endpoint } = await start(t, directory);
  const queue = await openQueue(t, endpoint);
  const topics = new SNSClient({ ...ACCOUNT, endpoint });
  for (const type of ['wanted', 'other']) {
    const MessageAttributes = { type: { DataType: 'String', StringValue: type } };
    const ids = { MessageGroupId: 'g', MessageDeduplicationId: type };
    await topics.send(new PublishCommand({ TopicArn, Message: type, MessageAttributes, ...ids }));
  }
  t.deepEqual(await drain(queue), ['wanted']);
});

test('a message made visible again is delivered again, with and without persistence', async (t) => {
  for (const directory of [undefined, await temporary(t)]) {
    const queue = await openQueue(t, (await start(t, directory)).endpoint);
    await queue.send('a', 'again');
    const [first] = await queue.receive();
    if (first) await queue.show(first, 0);
    t.deepEqual(await drain(queue), ['again']);
  }
});

test('a message ends one long poll, and one whose group is in flight ends none', async (t) => {
  const queue = await openQueue(t, (await start(t)).endpoint);
  await queue.send('a', '1');
  const [inFlight] = await queue.receive();
  const ended: string[][] = [];
  const poll = async () => ended.push((await queue.receive(20)).map(({ Body }) => String(Body)));
  const polls = [poll(), poll()];
  await sleep(50);
  await queue.send('a', '2');
  await sleep(50);
  t.deepEqual(ended, []);
  if (inFlight) await queue.remove(inFlight);
  await Promise.race(polls);
  t.deepEqual(ended, [['2']]);
  await queue.send('b', '3');
  await Promise.all(polls);
  t.deepEqual(ended, [['2'], ['3']]);
});

test('a message for a receiver that went away goes to the next one, uncounted', async (t) => {
  const queue = await openQueue(t, (await start(t)).endpoint);
  const leaving = new AbortController();
  const abandoned = t.throwsAsync(queue.receive(20, leaving.signal));
  await sleep(50);
  leaving.abort();
  await abandoned;
  await sleep(20);
  await queue.send('a', '1');
  const [message] = await queue.receive(20);
  t.is(message?.Body, '1');
  t.is(message?.Attributes?.ApproximateReceiveCount, '1');
});

test('a second emulator on the same directory is refused', async (t) => {
  const directory = await temporary(t);
  await start(t, directory);
  await t.throwsAsync(startEmulator({ dataDirectory: directory }), { message: /locked/ });
});

test('only programs on this machine are served', async (t) => {
  const { endpoint } = await start(t);
  const { port } = new URL(endpoint);
  const status = async (headers: Record<string, string>) => (await fetch(endpoint, { method: 'POST', headers })).status;
  t.is(await status({ origin: 'https://example.test' }), 403);
  const reply = connect(Number(port), '127.0.0.1');
  reply.end('GET /health HTTP/1.1\r\nHost: rebound.example.test\r\nConnection: close\r\n\r\n');
  t.regex(String((await reply.toArray())[0]), /^HTTP\/1\.1 403/);
  const outside = Object.values(networkInterfaces()).flatMap((entries) => entries ?? []);
  for (const { address } of outside.filter(({ family, internal }) => family === 'IPv4' && !internal)) {
    await t.throwsAsync(once(connect(Number(port), address), 'connect'), { code: 'ECONNREFUSED' });
  }
});
