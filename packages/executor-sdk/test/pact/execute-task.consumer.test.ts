import { Matchers, Pact } from '@pact-foundation/pact';
import { done } from '@pao/bus';
import { cancelTaskV1, executeTaskV1, resumeTaskV1 } from '@pao/contracts';
import { draftPact } from '@pao/testkit';
import test from 'ava';
import { createHandleCommand } from '../../src/adapters/bus/handle-command.ts';
import type { TaskCancellation, TaskCommand } from '../../src/core/domain/task-command.ts';

const { datetime, eachValueMatches, integer, like, regex, string, uuid, boolean } = Matchers;

const draft = await draftPact({ consumer: 'pao-executor', provider: 'pao-request' });

const EVENT = '0198f000-0000-7000-8000-000000000001';
const REQUEST = '0198f000-0000-7000-8000-000000000002';
const TASK = '0198f000-0000-7000-8000-000000000003';
const NEXT = '0198f000-0000-7000-8000-000000000004';

/** What an executor needs of the command. `name` and `traceparent` may be absent, so they are not asked for. */
const command = {
  specversion: '1.0',
  id: uuid(EVENT),
  source: string('/pao/request'),
  type: executeTaskV1.type,
  subject: uuid(REQUEST),
  time: datetime("yyyy-MM-dd'T'HH:mm:ss.SSSX", '2026-11-20T12:00:00.000Z'),
  datacontenttype: 'application/json',
  correlationid: string('correlation-1'),
  tenantid: string('default'),
  data: {
    requestId: uuid(REQUEST),
    taskId: uuid(TASK),
    generation: integer(1),
    catalog: {
      id: string('database-postgresql-standard'),
      version: string('1.0.0'),
      hash: regex(/^[0-9a-f]{64}$/, 'a'.repeat(64)),
    },
    action: {
      type: 'rest-api',
      id: string('create'),
      config: like({ endpoint: { url: 'https://platform.example/v1/databases', method: 'POST' } }),
      outputs: eachValueMatches({ endpoint: 'body.endpoint' }, string('body.endpoint')),
      timeoutSeconds: integer(30),
      idempotent: boolean(false),
    },
  },
};

test.serial('a command of the request service becomes a task to execute', async (t) => {
  const executed: TaskCommand[] = [];
  const handle = createHandleCommand({
    executeTask: async (taken) => {
      executed.push(taken);
      return { kind: 'done' };
    },
    cancelTask: async () => t.fail(),
    answerTask: async () => t.fail(),
  });
  await new Pact(draft.options)
    .addAsynchronousInteraction()
    .given('a task of a REST action is due')
    .expectsToReceive('the command to execute a task', (message) => {
      message.withMetadata({ type: executeTaskV1.type }).withJSONContent(command);
    })
    .executeTest(async ({ contents, metadata }) => {
      const body = JSON.stringify(contents.content);
      const { type } = metadata as { readonly type: string };
      const handled = await handle({
        messageId: '1',
        groupId: REQUEST,
        dedupId: `${TASK}-g1`,
        type,
        body,
        receiveCount: 1,
        sentAt: new Date(),
      });
      t.is(handled, done);
      t.is(type, executeTaskV1.type);
    });
  const [{ fingerprint, ...taken } = { fingerprint: '' }, ...others] = executed;
  t.deepEqual(others, []);
  t.regex(fingerprint, /^[0-9a-f]{64}$/);
  t.deepEqual(taken as Omit<TaskCommand, 'fingerprint'>, {
    requestId: REQUEST,
    taskId: TASK,
    generation: 1,
    tenantId: 'default',
    correlationId: 'correlation-1',
    traceparent: undefined,
    action: {
      type: 'rest-api',
      id: 'create',
      config: { endpoint: { url: 'https://platform.example/v1/databases', method: 'POST' } },
      outputs: { endpoint: 'body.endpoint' },
      timeoutSeconds: 30,
      idempotent: false,
    },
  });
});

test.serial('the next task that a command brings becomes a task to execute behind it', async (t) => {
  const orders: (readonly TaskCommand[])[] = [];
  const handle = createHandleCommand({
    executeTask: async (taken, followUps = []) => {
      orders.push([taken, ...followUps]);
      return { kind: 'done' };
    },
    cancelTask: async () => t.fail(),
    answerTask: async () => t.fail(),
  });
  const { catalog, action } = command.data;
  const next = { taskId: uuid(NEXT), generation: integer(1), catalog, action };
  const content = { ...command, data: { ...command.data, followUps: [next] } };
  await new Pact(draft.options)
    .addAsynchronousInteraction()
    .given('the next task of the request needs nothing of the first')
    .expectsToReceive('a command that brings the next task with it', (message) => {
      message.withMetadata({ type: executeTaskV1.type }).withJSONContent(content);
    })
    .executeTest(async ({ contents, metadata }) => {
      const about = { messageId: '1', groupId: REQUEST, dedupId: `${TASK}-g1`, receiveCount: 1, sentAt: new Date() };
      const { type } = metadata as { readonly type: string };
      t.is(await handle({ ...about, type, body: JSON.stringify(contents.content) }), done);
    });
  const [[first, second, ...others] = []] = orders;
  t.deepEqual([first?.taskId, second?.taskId, ...others], [TASK, NEXT]);
  t.deepEqual(first && { ...first, taskId: NEXT }, second);
});

test.serial('the order not to start a task any more becomes a cancellation', async (t) => {
  const cancelled: TaskCancellation[] = [];
  const handle = createHandleCommand({
    executeTask: async () => ({ kind: 'done' }),
    cancelTask: async (taken) => void cancelled.push(taken),
    answerTask: async () => t.fail(),
  });
  const { data, ...envelope } = command;
  const { requestId, taskId, generation } = data;
  const content = {
    ...envelope,
    type: cancelTaskV1.type,
    data: { requestId, taskId, generation, actionType: string('rest-api') },
  };
  await new Pact(draft.options)
    .addAsynchronousInteraction()
    .given('a request with a queued task of a REST action is aborted')
    .expectsToReceive('the command to cancel a task', (message) => {
      message.withMetadata({ type: cancelTaskV1.type }).withJSONContent(content);
    })
    .executeTest(async ({ contents, metadata }) => {
      const handled = await handle({
        messageId: '1',
        groupId: REQUEST,
        dedupId: `${TASK}-g1-cancel`,
        type: (metadata as { readonly type: string }).type,
        body: JSON.stringify(contents.content),
        receiveCount: 1,
        sentAt: new Date(),
      });
      t.is(handled, done);
    });
  const about = {
    requestId: REQUEST,
    taskId: TASK,
    generation: 1,
    tenantId: 'default',
    correlationId: 'correlation-1',
  };
  t.deepEqual(cancelled, [{ ...about, actionType: 'rest-api' }]);
});

const at = datetime("yyyy-MM-dd'T'HH:mm:ss.SSSX", '2026-11-20T12:00:00.000Z');
const answers = [
  {
    ...{ state: 'a task waits for a callback', description: 'what came to a callback' },
    sent: { kind: 'callback', body: like({ ok: true }), receivedAt: at },
    answer: { kind: 'callback', body: { ok: true } },
  },
  {
    ...{ state: 'a task waits for a decision', description: 'what a person decided' },
    sent: { kind: 'approval', approved: boolean(false), by: string('ada'), reason: string('not now'), decidedAt: at },
    answer: { kind: 'approval', approved: false, by: 'ada', reason: 'not now' },
  },
];

for (const { state, description, sent, answer } of answers) {
  test.serial(`${description} becomes an answer`, async (t) => {
    const given: unknown[] = [];
    const handle = createHandleCommand({
      executeTask: async () => ({ kind: 'done' }),
      cancelTask: async () => t.fail(),
      answerTask: async (task, { answer: came }) => {
        given.push({ taskId: task.taskId, generation: task.generation, answer: came });
        return { kind: 'done' };
      },
    });
    const { data, ...envelope } = command;
    const { requestId, taskId, generation } = data;
    const content = {
      ...{ ...envelope, type: resumeTaskV1.type },
      data: { requestId, taskId, generation, actionType: string('rest-api'), answer: sent },
    };
    await new Pact(draft.options)
      .addAsynchronousInteraction()
      .given(state)
      .expectsToReceive(description, (message) => {
        message.withMetadata({ type: resumeTaskV1.type }).withJSONContent(content);
      })
      .executeTest(async ({ contents, metadata }) => {
        const about = {
          messageId: '1',
          groupId: REQUEST,
          dedupId: `${TASK}-answer`,
          receiveCount: 1,
          sentAt: new Date(),
        };
        const { type } = metadata as { readonly type: string };
        t.is(await handle({ ...about, type, body: JSON.stringify(contents.content) }), done);
      });
    t.deepEqual(given, [{ taskId: TASK, generation: 1, answer }]);
  });
}

test.serial('the committed pact asks for exactly what the executor needs', async (t) => {
  const { drafted, committed, hint } = await draft.settle();
  t.deepEqual(drafted, committed, hint);
});
