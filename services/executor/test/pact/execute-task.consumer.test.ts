import { Matchers, Pact } from '@pact-foundation/pact';
import { done } from '@pao/bus';
import { executeTaskV1 } from '@pao/contracts';
import { draftPact } from '@pao/testkit';
import test from 'ava';
import { createHandleCommand } from '../../src/adapters/bus/handle-command.ts';
import type { TaskCommand } from '../../src/core/domain/task-command.ts';

const { datetime, eachValueMatches, integer, like, regex, string, uuid, boolean } = Matchers;

const draft = await draftPact({ consumer: 'pao-executor', provider: 'pao-request' });

const EVENT = '0198f000-0000-7000-8000-000000000001';
const REQUEST = '0198f000-0000-7000-8000-000000000002';
const TASK = '0198f000-0000-7000-8000-000000000003';

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
  const handle = createHandleCommand(async (taken) => {
    executed.push(taken);
    return { kind: 'done' };
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

test.serial('the committed pact asks for exactly what the executor needs', async (t) => {
  const { drafted, committed, hint } = await draft.settle();
  t.deepEqual(drafted, committed, hint);
});
