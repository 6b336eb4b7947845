import type { TestFn } from 'ava';
import { advance, begin } from '../src/core/domain/audit.ts';
import type { RequestEvent } from '../src/core/domain/decide.ts';
import { decideByPerson } from '../src/core/domain/decisions.ts';
import type { Request } from '../src/core/domain/request.ts';
import type { NextVersion } from '../src/core/ports/request-store.ts';
import { anItem, aPublication } from './documents.ts';
import { A_FAILURE, AT, aChain, aRecording, aRequest, okValue, required, uuid } from './given.ts';
import type { OverdueHarness } from './overdue-tasks.contract.ts';
import { aMessage, submission } from './request-store.contract.ts';

let ids = 800_000;
const fresh = (): string => uuid((ids += 1));

const next = (before: Request, events: readonly RequestEvent[]): NextVersion => {
  const progress = advance(begin(before), events, aRecording);
  return { ...progress, request: { ...progress.request, version: before.version + 1 }, messages: [aMessage(before)] };
};

const ticket = { key: 'OPS-1', url: 'https://jira.example/browse/OPS-1' };

/** What every request store promises of requests that people took over. */
export const escalationStoreContract = (test: TestFn, name: string, setup: () => Promise<OverdueHarness>): void => {
  let harness: OverdueHarness;

  test.before(async () => {
    harness = await setup();
    await harness.catalog.publish(aPublication(anItem()));
  });

  const stored = async (): Promise<Request> => {
    const tasks = aChain(2, { status: 'failed', failure: A_FAILURE }).map((task) => ({ ...task, id: fresh() }));
    const request = { ...aRequest(tasks), id: fresh(), submissionId: fresh() };
    await harness.store.submit(submission([request]));
    return required(await harness.store.find(request.id));
  };

  test(`${name}: that people have a request, the round, and their tickets are kept until it is given back`, async (t) => {
    const failed = await stored();
    t.is(failed.escalationRound, 0);
    const kept = async (before: Request, version: NextVersion, eventId?: string): Promise<Request> => {
      const { store } = harness;
      t.is(
        await (eventId === undefined ? store.saveDecision(before, version) : store.save(eventId, before, version)),
        'saved',
      );
      const found = required(await store.find(before.id));
      t.deepEqual(found, version.request);
      return found;
    };
    const decided = (before: Request, decision: Parameters<typeof decideByPerson>[1]) =>
      next(before, okValue(decideByPerson(before, decision)));

    const escalating = await kept(failed, decided(failed, { kind: 'escalate', at: AT, reason: null, left: [] }));
    t.like(escalating, { status: 'escalating', escalationRound: 1 });
    const tickets = [{ position: 1, ticket }];
    const opened = next(escalating, [{ kind: 'request-escalated', at: AT, tickets }]);
    const escalated = await kept(escalating, opened, fresh());
    t.deepEqual(
      escalated.tasks.map((task) => task.ticket),
      [ticket, null],
    );
    const done: RequestEvent = {
      kind: 'task-completed-by-hand',
      at: AT,
      position: 1,
      outputs: { a: 1 },
      note: null,
      ticket,
    };
    const settled = await kept(escalated, next(escalated, [done]), fresh());
    t.like(settled.tasks[0], { status: 'completed', outputs: { a: 1 }, ticket });
    const late: RequestEvent = { kind: 'task-ticket-opened', at: AT, position: 2, ticket };
    const withLate = await kept(settled, next(settled, [late]), fresh());
    const resumed = await kept(withLate, decided(withLate, { kind: 'resume', at: AT, reason: null }));
    t.like(resumed, { status: 'processing', escalationRound: 1 });
    t.like(resumed.tasks[1], { status: 'pending', generation: 2, ticket: null });
    const changes = await harness.reader.changesAfter(failed.id, 0);
    t.deepEqual(
      changes.filter(({ taskId }) => taskId === null).map(({ to }) => to),
      ['failed', 'escalating', 'escalated', 'processing'],
    );
  });

  test(`${name}: no task that people have is overdue, and none that they had when its request was aborted`, async (t) => {
    const failed = await stored();
    const nothingOverdue = async () => {
      await harness.publishAll();
      const found = await harness.overdue.find({ at: new Date(AT.getTime() + 9e9), waitMs: 1, limit: 1_000 });
      t.deepEqual(
        found.filter(({ requestId }) => requestId === failed.id),
        [],
      );
    };
    const escalate = { kind: 'escalate', at: AT, reason: null, left: [] } as const;
    const escalating = next(failed, okValue(decideByPerson(failed, escalate)));
    t.is(await harness.store.saveDecision(failed, escalating), 'saved');
    await nothingOverdue();
    const abort = { kind: 'abort', at: AT, reason: null } as const;
    const aborted = next(escalating.request, okValue(decideByPerson(escalating.request, abort)));
    t.is(await harness.store.saveDecision(escalating.request, aborted), 'saved');
    t.like(await harness.store.find(failed.id), { status: 'aborted', escalationRound: 1 });
    await nothingOverdue();
  });
};
