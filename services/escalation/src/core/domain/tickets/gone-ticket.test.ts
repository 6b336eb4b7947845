import test from 'ava';
import { escalatedTasks, escalating } from '../../../../test/given-handover.ts';
import { finishLook } from './hand-back.ts';
import type { Handover, Step } from './handover.ts';
import { begin, finishCreate, finishRepeatable } from './ledger.ts';
import { openHandover } from './open-handover.ts';
import { endHandover } from './withdraw.ts';

const START = Date.parse('2026-01-01T00:00:00Z');
const MINUTE = 60_000;
const issue = { id: '1', key: 'OPS-1', url: 'https://jira.example/browse/OPS-1' };
const refused = { kind: 'refused' as const, problem: { code: 'HTTP_404', message: 'there is no such issue' } };
const escalation = { tenantId: 'default', correlationId: 'correlation-1', data: escalating(escalatedTasks(1)) };

/** Its ticket is created, and the request is aborted. */
const aborted = (): Handover => {
  const now = new Date(START);
  const asked = openHandover(undefined, escalation, now)?.handover;
  const begun = asked && begin(asked, 1, now);
  const made = begun && finishCreate(begun.handover, begun.step, { kind: 'ok', value: issue }, now).handover;
  const ended = made && endHandover(made, 'request-aborted', now)?.handover;
  if (ended === undefined) throw new Error('there is no ticket');
  return ended;
};

const stepsOf = ({ steps }: Handover, names: readonly string[]): readonly Pick<Step, 'state' | 'problem'>[] =>
  steps.filter(({ name }) => names.includes(name));

/** Does what is due, minute by minute, on a ticket that is gone. */
const work = (handover: Handover, minutes: number): { readonly handover: Handover; readonly calls: number } => {
  let [next, calls] = [handover, 0];
  for (let passed = 1; passed <= minutes; passed += 1) {
    const now = new Date(START + passed * MINUTE);
    for (let begun = begin(next, 1, now); begun !== undefined; begun = begin(next, 1, now)) {
      calls += 1;
      const isLook = begun.step.name === 'look';
      next = isLook
        ? finishLook(begun.handover, begun.step, { kind: 'ok', value: 'gone' }, now).handover
        : finishRepeatable(begun.handover, begun.step, refused, now).handover;
    }
  }
  return { handover: next, calls };
};

test('what is to be said on a ticket that people have deleted is given up once that is known, with a note', (t) => {
  const { handover, calls } = work(aborted(), 10);
  t.like(stepsOf(handover, ['comment:over', 'close']), [
    { state: 'flagged', problem: { code: 'TICKET_GONE' } },
    { state: 'flagged', problem: { code: 'TICKET_GONE' } },
  ]);
  t.is(work(handover, 600).calls, 0);
  t.true(calls < 10);
});

test('a ticket that turns up again is told and closed after all', (t) => {
  const { handover } = work(aborted(), 10);
  const steps = handover.steps.map((step) => (step.name === 'look' ? { ...step, state: 'started' as const } : step));
  const look = steps.find(({ name }) => name === 'look');
  if (look === undefined) throw new Error('nobody has looked');
  const reading = { status: 'Open', closed: false, resolution: null, assignee: null };
  const found = finishLook({ ...handover, steps }, look, { kind: 'ok', value: { issue, reading } }, new Date(START));
  t.like(stepsOf(found.handover, ['comment:over', 'close']), [{ state: 'due' }, { state: 'due' }]);
});
