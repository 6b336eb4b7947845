import anyTest, { type TestFn } from 'ava';
import { startedEvent } from '../src/core/domain/task-events.ts';
import { commandOf, newId } from '../src/testing/commands.ts';
import { followContract } from './follow.contract.ts';
import { cancellationOf, type LedgerUnderTest, LONG, OVER, refusalOf, started, successOf } from './given.ts';

/** What every ledger promises; run by each adapter's own test file. */
export const attemptLedgerContract = (create: () => Promise<LedgerUnderTest>): void => {
  const test = anyTest as TestFn<LedgerUnderTest>;
  test.before(async (t) => {
    t.context = await create();
  });
  followContract(test);

  test('of many callers at once, one starts an attempt and the others see it running', async (t) => {
    const { ledger } = t.context;
    const command = commandOf();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => ledger.start({ command, step: 'call', leaseMs: LONG })),
    );
    const kinds = answers.map(({ kind }) => kind).toSorted();
    t.deepEqual(kinds, [...Array.from({ length: 19 }, () => 'running'), 'started']);
    const running = answers.find((answer) => answer.kind === 'running');
    t.true(running?.kind === 'running' && running.leaseLeftMs > LONG / 2 && running.leaseLeftMs <= LONG);
  });

  test('attempts of different tasks start side by side', async (t) => {
    const answers = await Promise.all(
      Array.from({ length: 30 }, () => t.context.ledger.start({ command: commandOf(), step: 'call', leaseMs: LONG })),
    );
    t.true(answers.every(({ kind }) => kind === 'started'));
  });

  test('an end is recorded once, with its event, and a repetition of the same holder changes nothing', async (t) => {
    const { ledger, storedEvents } = t.context;
    const command = commandOf();
    const hold = await started(ledger, command);
    const { end, event } = successOf(command);
    t.is(await ledger.finish(hold, end, event), 'recorded');
    t.is(await ledger.finish(hold, end, successOf(command).event), 'recorded');
    t.deepEqual(await storedEvents(command.requestId), ['task-succeeded.v1']);
    t.deepEqual(await ledger.start({ command, step: 'call', leaseMs: LONG }), { kind: 'ended' });
  });

  test('the end is told again to who sends the command, or asks to cancel it, after it: the same event in another message', async (t) => {
    const { ledger, storedMessages } = t.context;
    const command = commandOf();
    const hold = await started(ledger, command);
    const { end, event } = successOf(command);
    await ledger.finish(hold, end, event);
    t.deepEqual(await ledger.start({ command, step: 'call', leaseMs: LONG }), { kind: 'ended' });
    t.is(await ledger.cancel(cancellationOf(command)), 'begun');
    const told = await storedMessages(command.requestId);
    t.deepEqual(
      told.map(({ id, body }) => ({ id, body })),
      Array.from({ length: 3 }, () => ({ id: event.id, body: event.body })),
    );
    t.is(new Set(told.map(({ dedupId }) => dedupId)).size, 3);
  });

  test('an attempt whose lease is over is in doubt, with the command it was started with', async (t) => {
    const { ledger } = t.context;
    const command = commandOf({ action: { config: { ticket: { project: 'PLAT' } }, outputs: { a: 'b' } } });
    await started(ledger, command, OVER);
    const answer = await ledger.start({ command: { ...command, fingerprint: 'other' }, step: 'call', leaseMs: LONG });
    t.true(answer.kind === 'in-doubt');
    if (answer.kind !== 'in-doubt') return;
    t.deepEqual(answer.attempt.command, command);
    t.deepEqual(answer.attempt.key, { taskId: command.taskId, generation: 1, step: 'call' });
    const listed = await ledger.listInDoubt(1_000);
    t.true(listed.some(({ key }) => key.taskId === command.taskId));
  });

  test('of those who take an attempt over, one gets it, with a higher fence', async (t) => {
    const { ledger } = t.context;
    const command = commandOf();
    const hold = await started(ledger, command, OVER);
    const holds = await Promise.all(Array.from({ length: 5 }, () => ledger.takeOver(hold, LONG)));
    const taken = holds.filter((one) => one !== undefined);
    t.is(taken.length, 1);
    t.true((taken[0]?.fence ?? 0) > hold.fence);
    t.deepEqual(taken[0]?.startedAt, hold.startedAt);
    t.is((await ledger.start({ command, step: 'call', leaseMs: LONG })).kind, 'running');
  });

  test('an attempt under lease or with an end is not taken over', async (t) => {
    const { ledger } = t.context;
    const running = await started(ledger, commandOf());
    t.is(await ledger.takeOver(running, LONG), undefined);
    const command = commandOf();
    const ended = await started(ledger, command, OVER);
    const { end, event } = successOf(command);
    await ledger.finish(ended, end, event);
    t.is(await ledger.takeOver(ended, LONG), undefined);
  });

  test('a result that comes after a takeover is kept as evidence and tells nobody', async (t) => {
    const { ledger, storedEvents, lateResult } = t.context;
    const command = commandOf();
    const lost = await started(ledger, command, OVER);
    const taken = await ledger.takeOver(lost, LONG);
    const { end, event } = successOf(command);
    t.is(await ledger.finish(lost, end, event), 'late');
    t.deepEqual(await storedEvents(command.requestId), []);
    t.like(await lateResult(command), { outcome: 'ok', externalRef: 'THING-1' });
    t.is(taken && (await ledger.finish(taken, end, successOf(command).event)), 'recorded');
    t.deepEqual(await storedEvents(command.requestId), ['task-succeeded.v1']);
  });

  test('an event about a running attempt is stored, one about an attempt that ended or was lost is not', async (t) => {
    const { ledger, storedEvents } = t.context;
    const command = commandOf();
    const hold = await started(ledger, command);
    const moment = () => ({ id: newId(), startedAt: hold.startedAt, at: new Date() });
    await ledger.announce(hold, startedEvent(command, moment()));
    await ledger.announce({ ...hold, fence: hold.fence + 1 }, startedEvent(command, moment()));
    const { end, event } = successOf(command);
    await ledger.finish(hold, end, event);
    await ledger.announce(hold, startedEvent(command, moment()));
    t.deepEqual(await storedEvents(command.requestId), ['task-started.v1', 'task-succeeded.v1']);
  });

  test('a command of a lower generation than one already known does not start', async (t) => {
    const { ledger } = t.context;
    const command = commandOf({ generation: 2 });
    await started(ledger, command);
    const older = { ...command, generation: 1 };
    t.deepEqual(await ledger.start({ command: older, step: 'call', leaseMs: LONG }), { kind: 'superseded' });
    t.deepEqual(await ledger.refuse(refusalOf(older)), { kind: 'superseded' });
    t.is((await ledger.start({ command: { ...command, generation: 3 }, step: 'call', leaseMs: LONG })).kind, 'started');
  });

  test('a refused generation never starts, and is refused once; the next one may start', async (t) => {
    const { ledger, storedEvents } = t.context;
    const command = commandOf();
    t.deepEqual(await ledger.refuse(refusalOf(command)), { kind: 'ended' });
    t.deepEqual(await ledger.refuse(refusalOf(command)), { kind: 'ended' });
    t.deepEqual(await ledger.start({ command, step: 'call', leaseMs: LONG }), { kind: 'ended' });
    // The refusal, and its end told again to each that came after.
    t.deepEqual(await storedEvents(command.requestId), ['task-failed.v1', 'task-failed.v1', 'task-failed.v1']);
    t.is((await ledger.start({ command: { ...command, generation: 2 }, step: 'call', leaseMs: LONG })).kind, 'started');
  });

  test('a generation that has started cannot be refused any more', async (t) => {
    const { ledger, storedEvents } = t.context;
    const command = commandOf();
    await started(ledger, command);
    t.is((await ledger.refuse(refusalOf(command))).kind, 'running');
    const doubtful = commandOf();
    await started(ledger, doubtful, OVER);
    t.is((await ledger.refuse(refusalOf(doubtful))).kind, 'in-doubt');
    t.deepEqual(await storedEvents(command.requestId), []);
  });

  test('a generation that is cancelled before it starts never starts, whatever comes; the next one may', async (t) => {
    const { ledger, storedEvents } = t.context;
    const command = commandOf();
    t.is(await ledger.cancel(cancellationOf(command)), 'cancelled');
    t.deepEqual(await ledger.start({ command, step: 'call', leaseMs: LONG }), { kind: 'ended' });
    t.deepEqual(await ledger.refuse(refusalOf(command)), { kind: 'ended' });
    t.false((await ledger.listInDoubt(1_000)).some(({ key }) => key.taskId === command.taskId));
    t.deepEqual(await storedEvents(command.requestId), ['task-cancelled.v1']);
    t.is((await ledger.start({ command: { ...command, generation: 2 }, step: 'call', leaseMs: LONG })).kind, 'started');
  });

  test('a cancellation that comes again is told again', async (t) => {
    const { ledger, storedEvents } = t.context;
    const command = commandOf();
    await ledger.cancel(cancellationOf(command));
    t.is(await ledger.cancel(cancellationOf(command)), 'cancelled');
    t.deepEqual(await storedEvents(command.requestId), ['task-cancelled.v1', 'task-cancelled.v1']);
  });

  test('what runs, is in doubt, has ended or was overtaken by a later generation is not cancelled', async (t) => {
    const { ledger, storedEvents } = t.context;
    const [running, doubtful, ended, refused, overtaken] = [1, 1, 1, 1, 2].map((generation) =>
      commandOf({ generation }),
    );
    if (!running || !doubtful || !ended || !refused || !overtaken) return t.fail();
    await started(ledger, running);
    await started(ledger, doubtful, OVER);
    const hold = await started(ledger, ended);
    const success = successOf(ended);
    await ledger.finish(hold, success.end, success.event);
    await ledger.refuse(refusalOf(refused));
    await started(ledger, overtaken);
    for (const command of [running, doubtful, ended, refused, { ...overtaken, generation: 1 }])
      t.is(await ledger.cancel(cancellationOf(command)), 'begun');
    t.deepEqual(await storedEvents(running.requestId), []);
    t.deepEqual(await storedEvents(ended.requestId), ['task-succeeded.v1', 'task-succeeded.v1']);
    t.is((await ledger.start({ command: doubtful, step: 'call', leaseMs: LONG })).kind, 'in-doubt');
  });

  test('of a start and a cancellation at once, exactly one is first, every time', async (t) => {
    const { ledger } = t.context;
    const outcomes = await Promise.all(
      Array.from({ length: 60 }, async () => {
        const command = commandOf();
        const [start, cancel] = await Promise.all([
          ledger.start({ command, step: 'call', leaseMs: LONG }),
          ledger.cancel(cancellationOf(command)),
        ]);
        return [start.kind, cancel].join(' ');
      }),
    );
    t.deepEqual(
      outcomes.filter((outcome) => outcome !== 'started begun' && outcome !== 'ended cancelled'),
      [],
    );
  });
};
