import test from 'ava';
import { escalatedTasks, escalating } from '../../../../test/given-handover.ts';
import { finishLook } from './hand-back.ts';
import { type Handover, kindOf, type Step, withStep } from './handover.ts';
import { begin, finishCreate, finishRepeatable } from './ledger.ts';
import { openHandover } from './open-handover.ts';
import { endHandover } from './withdraw.ts';

const START = Date.parse('2026-01-01T00:00:00Z');
const MINUTE = 60_000;
const issue = { id: '1', key: 'OPS-1', url: 'https://jira.example/browse/OPS-1' };
const refused = { kind: 'refused' as const, problem: { code: 'HTTP_404', message: 'there is no such issue' } };
const GIVEN_UP = { state: 'flagged', dueAt: null, problem: { code: 'TICKET_GONE' } } as const;

/** So many tickets are created, and those after the first are still to be linked to the one before. */
const created = (count: number): Handover => {
  const now = new Date(START);
  const data = escalating(escalatedTasks(count));
  let handover = openHandover(undefined, { tenantId: 'default', correlationId: 'correlation-1', data }, now)?.handover;
  for (let made = 0; made < count && handover; made += 1) {
    const begun = begin(handover, 1, now);
    handover = begun && finishCreate(begun.handover, begun.step, { kind: 'ok', value: issue }, now).handover;
  }
  if (handover === undefined) throw new Error('there are no tickets');
  return handover;
};

const aborted = (handover = created(1)): Handover => {
  const ended = endHandover(handover, 'request-aborted', new Date(START))?.handover;
  if (ended === undefined) throw new Error('nothing was to be aborted');
  return ended;
};

/** The look at the first ticket, with other fields. */
const withLook = (handover: Handover, changed: Partial<Step>): readonly [Handover, Step] => {
  const look = handover.steps.find(({ name }) => name === 'look');
  if (look === undefined) throw new Error('nobody looks');
  const next = { ...look, ...changed };
  return [withStep(handover, next), next];
};

/** The first ticket was read, and is gone. */
const foundGone = (handover: Handover): Handover => {
  const [looking, look] = withLook(handover, { state: 'started' });
  return finishLook(looking, look, { kind: 'ok', value: 'gone' }, new Date(START)).handover;
};

/** The first ticket was read, and is there. */
const foundAgain = (handover: Handover): Handover => {
  const [looking, look] = withLook(handover, { state: 'started' });
  const reading = { status: 'Open', closed: false, resolution: null, assignee: null };
  return finishLook(looking, look, { kind: 'ok', value: { issue, reading } }, new Date(START)).handover;
};

const stepsOf = ({ steps }: Handover, names: readonly string[]): readonly Step[] =>
  steps.filter(({ name }) => names.includes(name));

const linksOf = ({ steps }: Handover): readonly Step[] => steps.filter((step) => kindOf(step) === 'link');

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
  t.like(stepsOf(handover, ['comment:over', 'close']), [GIVEN_UP, GIVEN_UP]);
  t.is(work(handover, 600).calls, 0);
  t.true(calls < 10);
});

test('a ticket that turns up again is told and closed after all', (t) => {
  const { handover } = work(aborted(), 10);
  t.like(stepsOf(foundAgain(handover), ['comment:over', 'close']), [{ state: 'due' }, { state: 'due' }]);
});

test('a look that was under way at the end, and whose process is gone, is done by another', (t) => {
  const [looking] = withLook(created(1), { state: 'started', dueAt: new Date(START) });
  const { handover } = work(aborted(looking), 1);
  t.like(stepsOf(handover, ['look']), [{ state: 'due', dueAt: null, problem: { code: 'TICKET_GONE' } }]);
});

test('a ticket that refuses is read although nobody has ended the look before', (t) => {
  const [stuck] = withLook(aborted(), { state: 'started', dueAt: null });
  const { handover } = work(stuck, 10);
  t.like(stepsOf(handover, ['comment:over', 'close']), [GIVEN_UP, GIVEN_UP]);
});

test('what comes to be said on a ticket that is known to be gone is tried once', (t) => {
  const { handover, calls } = work(aborted(foundGone(created(1))), 600);
  t.like(stepsOf(handover, ['comment:over', 'close']), [GIVEN_UP, GIVEN_UP]);
  t.is(calls, 2);
});

test('links to a ticket are given up once it is known to be gone, and made when it turns up again', (t) => {
  const handover = foundGone(created(2));
  t.like(linksOf(handover), [GIVEN_UP]);
  t.like(linksOf(foundAgain(handover)), [{ state: 'due', dueAt: new Date(START), tries: 0, problem: null }]);
});

test('a link that comes to be made to a ticket that is known to be gone is tried once', (t) => {
  const [link] = linksOf(created(2));
  const known = foundGone(created(2));
  t.like(link, { state: 'due', dueAt: new Date(START) });
  const due = linksOf(known).reduce(
    (next, step) => withStep(next, { ...step, state: 'due', dueAt: new Date(START) }),
    known,
  );
  const { handover } = work(due, 1);
  t.like(linksOf(handover), [{ ...GIVEN_UP, tries: 1 }]);
});

const without = (handover: Handover, ...names: readonly string[]): Handover => ({
  ...handover,
  steps: handover.steps.filter(({ name }) => !names.includes(name)),
});

test('a link that is refused again and again has its tickets read, and those that are only named not', (t) => {
  t.like(linksOf(work(created(2), 9).handover), [{ ...GIVEN_UP, tries: 3 }]);
  t.deepEqual(stepsOf(work(without(created(2), 'look', 'create'), 9).handover, ['look']), []);
});

test('a link to a ticket that nobody was to work on any more when it was created is given up, too', (t) => {
  t.like(linksOf(work(without(created(2), 'look'), 9).handover), [{ ...GIVEN_UP, tries: 3 }]);
});
