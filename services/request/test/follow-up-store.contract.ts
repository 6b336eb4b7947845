import type { TestFn } from 'ava';
import { advance, begin } from '../src/core/domain/audit.ts';
import { type Dispatch, decide } from '../src/core/domain/decide.ts';
import { decideByPerson } from '../src/core/domain/decisions.ts';
import type { Request } from '../src/core/domain/request.ts';
import type { NextVersion } from '../src/core/ports/request-store.ts';
import { anItem, aPublication } from './documents.ts';
import { AT, aChain, aRecording, aRequest, commandOf, okValue, required, uuid } from './given.ts';
import { aMessage, type StoreHarness, submission } from './request-store.contract.ts';

let ids = 900_000;
const fresh = (): string => uuid((ids += 1));

/** What is carried out, decided one after the other, as the next version. */
const carriedOut = (
  before: Request,
  ...steps: readonly ((request: Request) => ReturnType<typeof decide>)[]
): NextVersion => {
  const progress = steps.reduce(
    (soFar, step) => advance(soFar, okValue(step(soFar.request)), aRecording),
    begin(before),
  );
  const request = { ...progress.request, version: before.version + 1 };
  return { request, changes: progress.changes, messages: [aMessage(before)] };
};

const queued =
  (...followUps: readonly number[]) =>
  (request: Request) => {
    const task = required(request.tasks[0]);
    const queue: Dispatch = { kind: 'queue', taskId: task.id, generation: task.generation, at: AT, followUps };
    return decide(request, queue);
  };

const reported =
  (kind: 'fail' | 'complete' | 'give-up', position: number, ...before: readonly number[]) =>
  (request: Request) => {
    const of = (at: number, which: typeof kind) => {
      const task = request.tasks[at - 1];
      return commandOf(which, task, task?.generation);
    };
    const completedBefore = before.map((at) => of(at, 'complete')) as [];
    return decide(request, { ...of(position, kind), completedBefore } as ReturnType<typeof commandOf>);
  };

const retried = (request: Request) => {
  const events = decideByPerson(request, { kind: 'retry', at: AT, reason: null, acknowledgeUnknown: true });
  return { ok: true, value: okValue(events) } as const;
};

const followed = ({ tasks }: Request): readonly (number | null)[] => tasks.map(({ followUpOf }) => followUpOf);

/** What every request store promises of tasks that come with the command of another. */
export const followUpStoreContract = (test: TestFn, name: string, setup: () => Promise<StoreHarness>): void => {
  let harness: StoreHarness;
  test.before(async () => {
    harness = await setup();
    await harness.catalog.publish(aPublication(anItem()));
  });

  const stored = async (tasks = aChain(4)): Promise<Request> => {
    const named = aRequest(tasks.map((task) => ({ ...task, id: fresh() })));
    const request = { ...named, id: fresh(), submissionId: fresh() };
    await harness.store.submit(submission([request]));
    return required(await harness.store.find(request.id));
  };

  /** The request as it is found after that. */
  const saved = async (before: Request, ...steps: Parameters<typeof carriedOut>[1][]): Promise<Request> => {
    const next = carriedOut(before, ...steps);
    const outcome = await harness.store.save(fresh(), before, next);
    if (outcome !== 'saved') throw new Error(outcome);
    return required(await harness.store.find(before.id));
  };

  test(`${name}: whose command brings a task is stored with a submission`, async (t) => {
    const chain = aChain(3, { status: 'queued', queuedAt: AT });
    const request = await stored(chain.map((task) => ({ ...task, followUpOf: task.position === 1 ? null : 1 })));
    t.deepEqual(followed(request), [null, 1, 1]);
  });

  test(`${name}: and with the version that queues the first; the next order replaces it`, async (t) => {
    const { store } = harness;
    const before = await stored();
    const next = carriedOut(before, queued(2, 3));
    t.is(await store.save(fresh(), before, next), 'saved');
    t.deepEqual(await store.find(before.id), next.request);
    t.deepEqual(followed(next.request), [null, 1, 1, null]);
    const again = await saved(next.request, reported('fail', 1), retried, queued(2));
    t.deepEqual(followed(again), [null, 1, null, null]);
    t.is(again.tasks[0]?.generation, 2);
  });

  test(`${name}: a retry of a task that followed clears it`, async (t) => {
    const before = await saved(await stored(), queued(2, 3));
    const failed = await saved(before, reported('fail', 2, 1));
    t.deepEqual(
      failed.tasks.map(({ status, followUpOf }) => [status, followUpOf]),
      [
        ['completed', null],
        ['failed', 1],
        ['pending', 1],
        ['pending', null],
      ],
    );
    const next = carriedOut(failed, retried);
    t.is(await harness.store.saveDecision(failed, next), 'saved');
    t.deepEqual(await harness.store.find(failed.id), next.request);
    t.is(next.request.tasks[1]?.followUpOf, null);
  });

  test(`${name}: all that one report completes is stored as one version`, async (t) => {
    const before = await saved(await stored(), queued(2, 3));
    const next = carriedOut(before, reported('complete', 3, 1, 2));
    t.is(await harness.store.save(fresh(), before, next), 'saved');
    t.deepEqual(await harness.store.find(before.id), next.request);
    const changes = await harness.reader.changesAfter(before.id, before.audit.sequence);
    t.is(changes.filter(({ change }) => change === 'task-completed').length, 3);
  });
};
