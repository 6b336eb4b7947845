import test from 'ava';
import { escalatedTasks, escalating } from '../../../../test/given-handover.ts';
import type { Change, Handover, Ticket } from './handover.ts';
import { begin, finishCreate } from './ledger.ts';
import { openHandover } from './open-handover.ts';
import { endHandover, settleTicket } from './withdraw.ts';

const NOW = new Date('2026-01-01T00:00:00Z');
const ISSUE = { id: '1', key: 'OPS-1', url: 'https://jira.example/browse/OPS-1' };
const escalation = {
  tenantId: 'default',
  correlationId: 'correlation-1',
  data: escalating(escalatedTasks(2)),
};

const changed = (change: Change | undefined): Handover => {
  if (change === undefined) throw new Error('nothing was changed');
  return change.handover;
};

/** The first of two tickets exists, and the second is still to be created. */
const firstIsThere = (): readonly [Handover, Ticket] => {
  const asked = changed(openHandover(undefined, escalation, NOW));
  const begun = begin(asked, 1, NOW);
  const second = asked.tickets[1];
  if (begun === undefined || second === undefined) throw new Error('two tickets are to be created');
  return [finishCreate(begun.handover, begun.step, { kind: 'ok', value: ISSUE }, NOW).handover, second];
};

test('a task that is done by hand before it had its ticket does not keep the others from being told', (t) => {
  const [handover, second] = firstIsThere();
  t.is(handover.status, 'opening');
  const settled = settleTicket(handover, second, 'person', NOW);
  t.is(settled?.handover.status, 'opened');
  t.like(settled?.events, [{ kind: 'escalation-opened' }]);
  t.deepEqual(
    settled?.events
      .flatMap((event) => (event.kind === 'escalation-opened' ? event.tickets : []))
      .map(({ told }) => told),
    ['with-key', 'without-key'],
  );
});

test('tickets that are all accounted for are told as soon as somebody asks for them', (t) => {
  const [handover, second] = firstIsThere();
  t.deepEqual(openHandover(handover, escalation, NOW)?.events, []);
  const tickets = handover.tickets.map((ticket) =>
    ticket.taskId === second.taskId ? { ...ticket, state: 'settled' as const } : ticket,
  );
  t.like(openHandover({ ...handover, tickets }, escalation, NOW)?.events, [{ kind: 'escalation-opened' }]);
});

test('that an earlier hand-over was taken back closes no ticket of the one after it', (t) => {
  const asked = changed(openHandover(undefined, escalation, NOW));
  const tasks = (more: number) =>
    asked.tickets.map(({ taskId, generation }) => ({ id: taskId, generation: generation + more }));
  t.is(endHandover(asked, 'request-resumed', NOW, tasks(0)), undefined);
  const ended = changed(endHandover(asked, 'request-resumed', NOW, tasks(1)));
  t.is(ended.status, 'ended');
  t.true(ended.tickets.every(({ state }) => state === 'withdrawn'));
});
