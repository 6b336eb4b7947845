import type { TestFn } from 'ava';
import { advance, begin, brokenLink, recordSubmission } from '../src/core/domain/audit.ts';
import { decide } from '../src/core/domain/decide.ts';
import type { Request } from '../src/core/domain/request.ts';
import type { CatalogProjection } from '../src/core/ports/catalog-projection.ts';
import type { OutboundMessage } from '../src/core/ports/outbound-message.ts';
import type { RequestReader } from '../src/core/ports/request-reader.ts';
import type { AnswerKey, NextVersion, RequestStore, Submission } from '../src/core/ports/request-store.ts';
import { anItem, aPublication, pin } from './documents.ts';
import {
  A_FAILURE,
  AT,
  aChain,
  aRecording,
  aRequest,
  aTask,
  commandOf,
  okValue,
  required,
  sha256,
  uuid,
} from './given.ts';

export interface StoreHarness {
  readonly store: RequestStore;
  readonly reader: RequestReader;
  readonly catalog: CatalogProjection;
  /** Ids of the events waiting to be published, in order. */
  messageIds(): Promise<readonly string[]>;
}

const ITEM = anItem();
const DOCUMENTS = [pin(ITEM).reference];

let ids = 10_000;
const fresh = (): string => uuid((ids += 1));

export const aMessage = (request: Request, id = fresh()): OutboundMessage => ({
  id,
  destination: 'topic:request-events',
  groupId: request.id,
  dedupId: id,
  type: 'request-submitted.v1',
  body: '{"text":"quotes \\" and back\\\\slashes, ünïcödé"}',
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
});

export const submitted = (request: Request): NextVersion => ({
  ...recordSubmission(request, aRecording),
  messages: [aMessage(request)],
});

export const submission = (requests: readonly Request[], rest: Partial<Submission> = {}): Submission => ({
  id: requests[0]?.submissionId ?? '',
  requests: requests.map(submitted),
  documents: DOCUMENTS,
  ...rest,
});

const newKey = (): AnswerKey => ({ tenantId: 'default', principal: 'p', route: 'r', key: fresh() });

const answer = (key: AnswerKey) => ({ key, stored: { fingerprint: 'f', status: 202, body: '{}' } });

const newRequest = (tasks = [aTask({ status: 'queued', queuedAt: AT })] as ReturnType<typeof aChain>): Request => ({
  ...aRequest(tasks.map((task) => ({ ...task, id: fresh() }))),
  id: fresh(),
  submissionId: fresh(),
});

const reported = (before: Request, kind: 'start' | 'complete' | 'fail' | 'give-up', position = 1): NextVersion => {
  const events = okValue(decide(before, commandOf(kind, before.tasks[position - 1])));
  const progress = advance(begin(before), events, aRecording);
  const request = { ...progress.request, version: before.version + 1 };
  return { request, changes: progress.changes, messages: [aMessage(before)] };
};

/** What every request store promises. */
export const requestStoreContract = (test: TestFn, name: string, setup: () => Promise<StoreHarness>): void => {
  let harness: StoreHarness;
  test.before(async () => {
    harness = await setup();
    await harness.catalog.publish(aPublication(ITEM));
  });

  const stored = async (request: Request): Promise<Request> => {
    await harness.store.submit(submission([request]));
    const found = await harness.store.find(request.id);
    if (!found) throw new Error('not stored');
    return found;
  };

  test(`${name}: a submission is found again as it was given`, async (t) => {
    const { store } = harness;
    const request = {
      ...newRequest(aChain(3, { status: 'queued', queuedAt: AT, component: 'database' })),
      input: { name: 'orders', basic: { tags: ['a"b', 'c\\d', 'ü'], size: 20.5, none: null, yes: true } },
      requester: { id: 'user:1', email: 'dev@example.test', name: 'Dev "X" Eloper', teams: ['a', 'b'] },
      traceId: '0af7651916cd43dd8448eb211c80319c',
    };
    t.is(await store.submit(submission([request])), 'stored');
    t.deepEqual(await store.find(request.id), submitted(request).request);
    t.is(await store.find(fresh()), undefined);
  });

  test(`${name}: an array is stored as a whole, with its messages in order`, async (t) => {
    const { submissionId } = newRequest();
    const requests = [1, 2, 3].map(() => Object.assign(newRequest(), { submissionId }));
    const given = submission(requests);
    t.is(await harness.store.submit(given), 'stored');
    for (const { id } of requests) t.truthy(await harness.store.find(id));
    const waiting = await harness.messageIds();
    const own = given.requests.flatMap(({ messages }) => messages.map(({ id }) => id));
    t.deepEqual(
      waiting.filter((id) => own.includes(id)),
      own,
    );
  });

  test(`${name}: nothing is stored when a document is no longer offered in that form`, async (t) => {
    const { store, messageIds } = harness;
    const request = newRequest();
    const [reference] = DOCUMENTS;
    const own: string[] = [];
    const key = newKey();
    for (const documents of [[{ ...reference, hash: 'b'.repeat(64) }], [...DOCUMENTS, { ...reference, id: 'other' }]]) {
      const given = { ...submission([request]), documents: documents as typeof DOCUMENTS };
      own.push(...given.requests.flatMap(({ messages }) => messages.map(({ id }) => id)));
      t.is(await store.submit(given), 'catalog-changed');
      t.is(await store.submit({ ...given, answer: answer(key) }), 'catalog-changed');
    }
    t.is(await store.find(request.id), undefined);
    t.is(await store.findAnswer(key), undefined);
    t.false((await messageIds()).some((id) => own.includes(id)));
  });

  test(`${name}: of many concurrent submissions with one key exactly one is stored`, async (t) => {
    const { store } = harness;
    const key: AnswerKey = { tenantId: 'default', principal: 'user:dev', route: 'submitRequests', key: fresh() };
    const requests = Array.from({ length: 20 }, () => newRequest());
    const outcomes = await Promise.all(
      requests.map((request) => {
        const stored = { fingerprint: 'f', status: 202, body: JSON.stringify({ id: request.id }) };
        return store.submit(submission([request], { answer: { key, stored } }));
      }),
    );
    t.is(outcomes.filter((outcome) => outcome === 'stored').length, 1);
    t.is(outcomes.filter((outcome) => outcome === 'answered').length, 19);
    const winner = requests[outcomes.indexOf('stored')];
    t.deepEqual(await store.findAnswer(key), {
      fingerprint: 'f',
      status: 202,
      body: JSON.stringify({ id: winner?.id }),
    });
    for (const request of requests) t.is((await store.find(request.id)) !== undefined, request === winner);
  });

  test(`${name}: submissions of one moment are judged each on its own`, async (t) => {
    const { store } = harness;
    const taken = newKey();
    t.is(await store.submit(submission([newRequest()], { answer: answer(taken) })), 'stored');
    const stale = DOCUMENTS.map((reference) => ({ ...reference, hash: 'c'.repeat(64) }));
    const given: [Partial<Submission>, string][] = [
      [{}, 'stored'],
      [{ documents: stale }, 'catalog-changed'],
      [{ answer: answer(taken) }, 'answered'],
      [{ answer: answer(newKey()) }, 'stored'],
      [{ documents: stale, answer: answer(newKey()) }, 'catalog-changed'],
      [{}, 'stored'],
    ];
    const requests = given.map(() => newRequest());
    const outcomes = await Promise.all(
      given.map(([rest], n) => store.submit(submission(requests.slice(n, n + 1), rest))),
    );
    t.deepEqual(
      outcomes as string[],
      given.map(([, expected]) => expected),
    );
    for (const [n, { id }] of requests.entries()) t.is((await store.find(id)) !== undefined, outcomes[n] === 'stored');
  });

  test(`${name}: versions of one moment are judged each on its own`, async (t) => {
    const { store } = harness;
    const [a, b, c, d] = await Promise.all(Array.from({ length: 4 }, () => stored(newRequest())));
    if (!a || !b || !c || !d) return t.fail();
    const event = fresh();
    t.is(await store.save(event, a, reported(a, 'start')), 'saved');
    t.is(await store.save(fresh(), b, reported(b, 'start')), 'saved');
    const movedA = required(await store.find(a.id));
    const outcomes = await Promise.all([
      store.save(event, movedA, reported(movedA, 'complete')),
      store.save(fresh(), b, reported(b, 'complete')),
      store.save(fresh(), c, reported(c, 'complete')),
      store.save(fresh(), c, reported(c, 'fail')),
      store.save(fresh(), d, reported(d, 'fail')),
    ]);
    t.deepEqual(outcomes, ['handled', 'conflict', 'saved', 'conflict', 'saved']);
    const found = await Promise.all([a, b, c, d].map(({ id }) => store.find(id)));
    t.deepEqual(
      found.map((request) => request?.status),
      ['processing', 'processing', 'completed', 'failed'],
    );
  });

  test(`${name}: keys belong to a tenant, a principal and a route`, async (t) => {
    const { store } = harness;
    const key = newKey();
    const others: AnswerKey[] = [
      { ...key, tenantId: 'x' },
      { ...key, principal: 'x' },
      { ...key, route: 'x' },
    ];
    t.is(await store.submit(submission([newRequest()], { answer: answer(key) })), 'stored');
    for (const other of others) {
      t.is(await store.findAnswer(other), undefined);
      t.is(await store.submit(submission([newRequest()], { answer: answer(other) })), 'stored');
    }
  });

  test(`${name}: a next version replaces the tasks that changed and adds to the audit`, async (t) => {
    const { store, reader, messageIds } = harness;
    let current = await stored(
      newRequest([aTask({ status: 'queued', queuedAt: AT }), aTask({ position: 2, status: 'queued', queuedAt: AT })]),
    );
    for (const [kind, position] of [
      ['start', 1],
      ['complete', 1],
      ['give-up', 2],
    ] as const) {
      const next = reported(current, kind, position);
      t.is(await store.save(fresh(), current, next), 'saved');
      t.deepEqual(await store.find(current.id), next.request);
      t.true((await messageIds()).includes(next.messages[0]?.id ?? ''));
      current = next.request;
    }
    t.like(current.tasks[1], { status: 'stuck', stuck: 'outcome-unknown', failure: A_FAILURE });
    const changes = await reader.changesAfter(current.id, 0);
    t.is(brokenLink(current.id, changes, sha256), undefined);
    t.is(changes.at(-1)?.hash, current.audit.hash);
    t.deepEqual(await reader.changesAfter(current.id, changes.length - 1), changes.slice(-1));
  });

  test(`${name}: of two writers who read the same version the second is refused and writes nothing`, async (t) => {
    const { store, reader, messageIds } = harness;
    const before = await stored(newRequest());
    const [first, second] = [reported(before, 'start'), reported(before, 'fail')];
    const secondEvent = fresh();
    t.is(await store.save(fresh(), before, first), 'saved');
    t.is(await store.save(secondEvent, before, second), 'conflict');
    t.deepEqual(await store.find(before.id), first.request);
    t.is((await reader.changesAfter(before.id, 0)).length, first.request.audit.sequence);
    t.false((await messageIds()).includes(second.messages[0]?.id ?? ''));
    // The refused event was not noted: it can still be recorded on what is there now.
    t.is(await store.save(secondEvent, first.request, reported(first.request, 'fail')), 'saved');
  });

  test(`${name}: an event that was handled is not handled again, whatever the version`, async (t) => {
    const { store } = harness;
    const before = await stored(newRequest());
    const event = fresh();
    const first = reported(before, 'start');
    t.is(await store.save(event, before, first), 'saved');
    t.is(await store.save(event, first.request, reported(first.request, 'complete')), 'handled');
    t.deepEqual(await store.find(before.id), first.request);
  });

  test(`${name}: what is only told changes nothing, and stands in nobody's way`, async (t) => {
    const { store, messageIds } = harness;
    const before = await stored(newRequest());
    const told = { request: before, changes: [], messages: [aMessage(before)] };
    const event = fresh();
    t.is(await store.save(event, before, told), 'saved');
    t.is(await store.save(event, before, told), 'handled');
    t.true((await messageIds()).includes(told.messages[0]?.id ?? ''));
    t.deepEqual(await store.find(before.id), before);
    const started = reported(before, 'start');
    t.is(await store.save(fresh(), before, started), 'saved');
    t.is(await store.save(fresh(), before, { ...told, messages: [aMessage(before)] }), 'conflict');
    t.deepEqual(await store.find(before.id), started.request);
  });

  test(`${name}: of fifty concurrent writers of one version exactly one wins`, async (t) => {
    const { store } = harness;
    const before = await stored(newRequest());
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, () => store.save(fresh(), before, reported(before, 'complete'))),
    );
    t.is(outcomes.filter((outcome) => outcome === 'saved').length, 1);
    t.is(outcomes.filter((outcome) => outcome === 'conflict').length, 49);
  });

  test(`${name}: positions say whose a request is and where its audit stands`, async (t) => {
    const request = await stored(newRequest());
    const { tenantId, status } = request;
    t.deepEqual(await harness.reader.positions([request.id, fresh()]), [
      { requestId: request.id, tenantId, status, sequence: request.audit.sequence },
    ]);
    t.deepEqual(await harness.reader.positions([]), []);
  });
};
