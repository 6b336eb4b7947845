import { Matchers, Pact } from '@pact-foundation/pact';
import { operations } from '@pao/contracts';
import { draftPact } from '@pao/testkit';
import test from 'ava';
import { type Client, createClient } from '../../src/index.ts';

const { boolean, datetime, eachLike, eachValueMatches, fromProviderState, integer, like, nullValue } = Matchers;
const { regex, string, uuid } = Matchers;

const draft = await draftPact({ consumer: 'devctl', provider: 'pao-request' });
const pact = new Pact(draft.options);

const REQUEST = '0198f000-0000-7000-8000-000000000001';
const SUBMISSION = '0198f000-0000-7000-8000-000000000002';
const TASK = '0198f000-0000-7000-8000-000000000003';
const NOBODY = '0198f000-0000-7000-8000-00000000ffff';

const OFFERED = 'the catalog offers the item database-standard';
const COMPLETED = 'a completed request exists';
const FAILED = 'a failed request exists';

const time = () => datetime("yyyy-MM-dd'T'HH:mm:ss.SSSX", '2026-11-20T12:00:00.000Z');
const status = (example: string) => regex(/^[a-z]+(-[a-z]+)*$/, example);

const summary = (at: string) => ({
  id: uuid(REQUEST),
  submissionId: uuid(SUBMISSION),
  status: status(at),
  kind: 'item',
  catalogId: string('database-standard'),
  catalogVersion: string('1.0.0'),
  name: string('orders-db'),
  requestedBy: string('dev@example.test'),
  progress: { completed: integer(0), total: integer(1) },
  createdAt: time(),
  updatedAt: time(),
});

const errorOf = (code: string, details: unknown) => ({
  error: {
    code,
    message: string('what went wrong, for people'),
    details,
    correlation_id: string('correlation-1'),
    trace_id: like('0af7651916cd43dd8448eb211c80319c'),
    retryable: boolean(false),
    doc_url: string('https://pao.example/docs/errors'),
  },
});

const completedTask = {
  id: uuid(TASK),
  position: integer(1),
  component: nullValue(),
  catalogItemId: string('database-standard'),
  actionId: string('create'),
  type: string('rest-api'),
  name: string('Create it'),
  executor: string('default'),
  status: 'completed',
  generation: integer(1),
  dependsOn: [],
  outputs: eachValueMatches({ endpoint: 'db.example' }, string('db.example')),
  failure: nullValue(),
  stuck: nullValue(),
  queuedAt: time(),
  startedAt: time(),
  finishedAt: time(),
};

const path = (suffix = '') =>
  fromProviderState(`/api/v1/requests/\${requestId}${suffix}`, `/api/v1/requests/${REQUEST}${suffix}`);

const clientOf = ({ url }: { readonly url: string }): Client => createClient({ baseUrl: url });

const submission = (catalogItemId: string) => ({
  items: [{ schemaVersion: 'catalog/v1' as const, catalogItemId, input: { name: 'orders-db' } }],
});

test.serial('a submission is accepted, with a summary of each request', async (t) => {
  await pact
    .addInteraction()
    .given(OFFERED)
    .uponReceiving('a submission of one item')
    .withRequest('POST', '/api/v1/requests', (request) => {
      request.jsonBody(submission('database-standard'));
    })
    .willRespondWith(202, (response) => {
      response.headers({ 'x-correlation-id': string('correlation-1') }).jsonBody({
        data: {
          submissionId: uuid(SUBMISSION),
          correlationId: string('correlation-1'),
          requests: eachLike({ ...summary('submitted'), name: 'orders-db', status: 'submitted' }),
        },
      });
    })
    .executeTest(async (server) => {
      const answer = await clientOf(server).call(operations.submitRequests, { body: submission('database-standard') });
      t.like(answer, { ok: true, value: { data: { submissionId: SUBMISSION }, correlationId: 'correlation-1' } });
      t.deepEqual(answer.ok && answer.value.data.requests.map(({ id }) => id), [REQUEST]);
    });
});

test.serial('an item that is not offered is refused, and the field is named', async (t) => {
  await pact
    .addInteraction()
    .given(OFFERED)
    .uponReceiving('a submission of an item that is not offered')
    .withRequest('POST', '/api/v1/requests', (request) => {
      request.jsonBody(submission('nothing-here'));
    })
    .willRespondWith(422, (response) => {
      const details = [{ field: 'items[0].catalogItemId', issue: string('the catalog offers no such item') }];
      response.jsonBody(errorOf('UNKNOWN_CATALOG_ITEM', details));
    })
    .executeTest(async (server) => {
      const answer = await clientOf(server).call(operations.submitRequests, { body: submission('nothing-here') });
      t.like(answer, { ok: false, error: { kind: 'refused', status: 422, error: { code: 'UNKNOWN_CATALOG_ITEM' } } });
    });
});

test.serial('a completed request is read with its input, tasks and outputs', async (t) => {
  await pact
    .addInteraction()
    .given(COMPLETED)
    .uponReceiving('a call for one request')
    .withRequest('GET', path())
    .willRespondWith(200, (response) => {
      response.jsonBody({
        data: {
          ...summary('completed'),
          status: 'completed',
          correlationId: string('correlation-1'),
          // Null since the state is made without tracing; otherwise a text.
          traceId: nullValue(),
          catalogHash: regex(/^[0-9a-f]{64}$/, 'a'.repeat(64)),
          input: like({ name: 'orders-db' }),
          outputs: eachValueMatches({ endpoint: 'db.example' }, string('db.example')),
          failure: nullValue(),
          tasks: eachLike(completedTask),
          version: integer(3),
        },
      });
    })
    .executeTest(async (server) => {
      const answer = await clientOf(server).call(operations.getRequest, { params: { id: REQUEST } });
      t.like(answer, { ok: true, value: { data: { id: REQUEST, status: 'completed', failure: null } } });
      t.like(answer.ok && answer.value.data.tasks[0], { id: TASK, outputs: { endpoint: 'db.example' } });
    });
});

test.serial('the status of a failed request says where it stopped and why', async (t) => {
  await pact
    .addInteraction()
    .given(FAILED)
    .uponReceiving('a call for the status of one request')
    .withRequest('GET', path('/status'))
    .willRespondWith(200, (response) => {
      response.jsonBody({
        data: {
          id: uuid(REQUEST),
          status: 'failed',
          progress: { completed: integer(0), total: integer(1) },
          currentTask: {
            id: uuid(TASK),
            position: integer(1),
            name: string('Create it'),
            type: string('rest-api'),
            status: 'failed',
          },
          failure: {
            code: string('HTTP_422'),
            message: string('the target refused the call'),
            taskId: uuid(TASK),
            actionId: string('create'),
            stuck: nullValue(),
          },
          updatedAt: time(),
        },
      });
    })
    .executeTest(async (server) => {
      const answer = await clientOf(server).call(operations.getRequestStatus, { params: { id: REQUEST } });
      t.like(answer, { ok: true, value: { data: { status: 'failed', failure: { taskId: TASK, code: 'HTTP_422' } } } });
    });
});

test.serial('requests are listed in pages', async (t) => {
  await pact
    .addInteraction()
    .given(COMPLETED)
    .uponReceiving('a call for the list of completed requests')
    .withRequest('GET', '/api/v1/requests', (request) => {
      request.query({ status: 'completed', limit: '20' });
    })
    .willRespondWith(200, (response) => {
      response.jsonBody({
        data: eachLike({ ...summary('completed'), status: 'completed' }),
        pagination: { nextCursor: nullValue(), hasMore: boolean(false) },
      });
    })
    .executeTest(async (server) => {
      const query = { status: 'completed', limit: 20 } as const;
      const answer = await clientOf(server).call(operations.listRequests, { query });
      t.like(answer, { ok: true, value: { pagination: { nextCursor: null, hasMore: false } } });
      t.deepEqual(answer.ok && answer.value.data.map(({ id }) => id), [REQUEST]);
    });
});

test.serial('a request that does not exist is refused', async (t) => {
  await pact
    .addInteraction()
    .uponReceiving('a call for a request that does not exist')
    .withRequest('GET', `/api/v1/requests/${NOBODY}`)
    .willRespondWith(404, (response) => {
      response.jsonBody(errorOf('NOT_FOUND', []));
    })
    .executeTest(async (server) => {
      const answer = await clientOf(server).call(operations.getRequest, { params: { id: NOBODY } });
      t.like(answer, { ok: false, error: { kind: 'refused', status: 404, error: { code: 'NOT_FOUND' } } });
    });
});

test.serial('the committed pact asks for exactly what the client needs', async (t) => {
  const { drafted, committed, hint } = await draft.settle();
  t.deepEqual(drafted, committed, hint);
});
