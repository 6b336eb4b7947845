import type { TestFn } from 'ava';
import { advance, begin, brokenLink } from '../src/core/domain/audit.ts';
import { decideByPerson } from '../src/core/domain/decisions.ts';
import type { Request, Task } from '../src/core/domain/request.ts';
import type { AnswerKey, NextVersion } from '../src/core/ports/request-store.ts';
import { anItem, aPublication } from './documents.ts';
import { A_FAILURE, AT, aChain, aRecording, aRequest, aTask, okValue, required, sha256, uuid } from './given.ts';
import { aMessage, type StoreHarness, submission } from './request-store.contract.ts';

let ids = 700_000;
const fresh = (): string => uuid((ids += 1));

const failedRequest = (): Request => {
  const tasks = aChain(2, { status: 'failed', failure: A_FAILURE }).map((task) => ({ ...task, id: fresh() }));
  return { ...aRequest(tasks), id: fresh(), submissionId: fresh() };
};

const decided = (before: Request, kind: 'retry' | 'abort', reason: string | null = 'because'): NextVersion => {
  const events = okValue(decideByPerson(before, { kind, at: AT, reason, acknowledgeUnknown: false }));
  const progress = advance(begin(before), events, aRecording);
  return { ...progress, request: { ...progress.request, version: before.version + 1 }, messages: [aMessage(before)] };
};

const rolledBack = (before: Request, undos: readonly Task[]): NextVersion => {
  const decision = { kind: 'rollback', at: AT, reason: null, acknowledgeUnknown: false, undos } as const;
  const progress = advance(begin(before), okValue(decideByPerson(before, decision)), aRecording);
  return { ...progress, request: { ...progress.request, version: before.version + 1 }, messages: [] };
};

const answerTo = (key: AnswerKey, body = '{}') => ({ key, stored: { fingerprint: 'f', status: 202, body } });

/** What every request store promises of what people decide. */
export const decisionStoreContract = (test: TestFn, name: string, setup: () => Promise<StoreHarness>): void => {
  let harness: StoreHarness;
  const key = (): AnswerKey => ({ tenantId: 'default', principal: 'p', route: 'retryRequest', key: fresh() });

  const stored = async (): Promise<Request> => {
    const request = failedRequest();
    await harness.store.submit(submission([request]));
    return required(await harness.store.find(request.id));
  };

  test.before(async () => {
    harness = await setup();
    await harness.catalog.publish(aPublication(anItem()));
  });

  test(`${name}: a decision is stored with its tasks, its audit, its message and its answer`, async (t) => {
    const before = await stored();
    const next = decided(before, 'retry');
    const answer = answerTo(key(), '{"status":"retrying"}');
    t.is(await harness.store.saveDecision(before, next, answer), 'saved');
    t.deepEqual(await harness.store.find(before.id), next.request);
    t.deepEqual(await harness.store.findAnswer(answer.key), answer.stored);
    t.true((await harness.messageIds()).includes(required(next.messages[0]).id));
    const changes = await harness.reader.changesAfter(before.id, before.audit.sequence);
    t.deepEqual(changes, next.changes);
    t.deepEqual(
      changes.map(({ reason, generation }) => [reason, generation]),
      [
        [null, 2],
        ['because', null],
      ],
    );
    t.is(brokenLink(before.id, await harness.reader.changesAfter(before.id, 0), sha256), undefined);
  });

  test(`${name}: what undoes the tasks of a request is stored behind them, and counted`, async (t) => {
    const before = await stored();
    const undo = aTask({ id: fresh(), position: 3, rollbackOf: 1, name: 'Undo: Create it' });
    const next = rolledBack(before, [undo, { ...undo, id: fresh(), position: 4, dependsOn: [3] }]);
    t.is(await harness.store.saveDecision(before, next), 'saved');
    t.deepEqual(await harness.store.find(before.id), next.request);
    t.is(next.request.status, 'rolling-back');
    const list = { tenantId: 'default', sort: '-createdAt', statuses: ['rolling-back'], limit: 100 } as const;
    const row = (await harness.reader.list(list)).find(({ id }) => id === before.id);
    t.like(row, { totalTasks: 4, skippedTasks: 2, completedTasks: 0 });
  });

  test(`${name}: a decision on an older version stores nothing, not even its answer`, async (t) => {
    const before = await stored();
    t.is(await harness.store.saveDecision(before, decided(before, 'abort')), 'saved');
    const after = await harness.store.find(before.id);
    const late = decided(before, 'retry');
    const answer = answerTo(key());
    t.is(await harness.store.saveDecision(before, late, answer), 'conflict');
    t.deepEqual(await harness.store.find(before.id), after);
    t.is(await harness.store.findAnswer(answer.key), undefined);
    t.false((await harness.messageIds()).includes(required(late.messages[0]).id));
  });

  test(`${name}: a key that has an answer decides nothing more, for whichever request`, async (t) => {
    const [first, second] = [await stored(), await stored()];
    const answer = answerTo(key(), '{"n":1}');
    t.is(await harness.store.saveDecision(first, decided(first, 'abort'), answer), 'saved');
    t.is(
      await harness.store.saveDecision(second, decided(second, 'abort'), answerTo(answer.key, '{"n":2}')),
      'answered',
    );
    t.deepEqual(await harness.store.find(second.id), second);
    t.is((await harness.store.findAnswer(answer.key))?.body, '{"n":1}');
  });

  test(`${name}: of many decisions at once, with keys of their own or one key, one is stored`, async (t) => {
    for (const oneKey of [false, true]) {
      const before = await stored();
      const shared = key();
      const outcomes = await Promise.all(
        Array.from({ length: 12 }, (_, index) =>
          harness.store.saveDecision(
            before,
            decided(before, index % 2 === 0 ? 'retry' : 'abort'),
            answerTo(oneKey ? shared : key()),
          ),
        ),
      );
      t.is(outcomes.filter((outcome) => outcome === 'saved').length, 1);
      t.is((await harness.store.find(before.id))?.version, before.version + 1);
      const rows = await harness.reader.changesAfter(before.id, 0);
      t.is(brokenLink(before.id, rows, sha256), undefined);
    }
  });
};
