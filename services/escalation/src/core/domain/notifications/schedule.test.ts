import test from 'ava';
import { dueOf, instantOf, isTimeZone, quietUntil } from './schedule.ts';

const BERLIN = 'Europe/Berlin';
const at = (text: string): number => Date.parse(text);
const daily = { kind: 'daily', at: '08:00', timeZone: BERLIN } as const;
const night = { from: '22:00', to: '07:00', days: [1, 2, 3, 4, 5, 6, 7], timeZone: BERLIN, urgentPasses: true };

const due = (
  now: string,
  schedule: Parameters<typeof dueOf>[1]['schedule'],
  quietHours: typeof night | null = null,
) => {
  const { dueAt, held } = dueOf('completed', { schedule, quietHours }, new Date(now));
  return [dueAt.toISOString(), held];
};

test('a daily message keeps its hour of the day on both sides of a change of the clocks', (t) => {
  // Clocks go forward on 29 March 2026 and back on 25 October 2026.
  t.deepEqual(due('2026-03-28T06:00:00Z', daily), ['2026-03-28T07:00:00.000Z', true]);
  t.deepEqual(due('2026-03-28T07:00:00Z', daily), ['2026-03-29T06:00:00.000Z', true]);
  t.deepEqual(due('2026-10-24T12:00:00Z', daily), ['2026-10-25T07:00:00.000Z', true]);
});

test('an hour that clocks skip is told right after, one they show twice at the first time', (t) => {
  t.is(instantOf(at('2026-03-29T02:30:00Z'), BERLIN), at('2026-03-29T01:30:00Z'));
  t.is(instantOf(at('2026-10-25T02:30:00Z'), BERLIN), at('2026-10-25T00:30:00Z'));
  t.is(instantOf(at('2026-11-01T01:30:00Z'), 'America/New_York'), at('2026-11-01T05:30:00Z'));
  t.is(instantOf(at('2026-03-08T02:30:00Z'), 'America/New_York'), at('2026-03-08T07:30:00Z'));
});

test('a night of quiet hours is as long as its clocks say', (t) => {
  t.is(quietUntil(at('2026-03-28T22:00:00Z'), night), at('2026-03-29T05:00:00Z'));
  t.is(quietUntil(at('2026-10-24T21:00:00Z'), night), at('2026-10-25T06:00:00Z'));
  t.is(quietUntil(at('2026-06-01T05:00:00Z'), night), undefined);
  t.is(quietUntil(at('2026-06-01T19:59:59Z'), night), undefined);
});

test('days are those on which quiet hours begin', (t) => {
  const fridays = { ...night, days: [5] };
  // 5 June 2026 is a Friday.
  t.is(quietUntil(at('2026-06-06T01:00:00Z'), fridays), at('2026-06-06T05:00:00Z'));
  t.is(quietUntil(at('2026-06-07T01:00:00Z'), fridays), undefined);
});

test('what is urgent passes quiet hours where that was asked for, and all else waits for their end', (t) => {
  const now = new Date('2026-06-01T22:00:00Z');
  const settings = { schedule: { kind: 'immediately' }, quietHours: night } as const;
  t.deepEqual(dueOf('failed', settings, now), { dueAt: now, held: false });
  t.deepEqual(dueOf('completed', settings, now), { dueAt: new Date('2026-06-02T05:00:00Z'), held: true });
  const strict = { ...settings, quietHours: { ...night, urgentPasses: false } };
  t.true(dueOf('failed', strict, now).held);
});

test('an hourly message comes at the full hour, and quiet hours around the clock still end', (t) => {
  t.deepEqual(due('2026-06-01T10:20:00Z', { kind: 'hourly' }), ['2026-06-01T11:00:00.000Z', true]);
  const always = { ...night, from: '00:00', to: '00:00' };
  t.deepEqual(due('2026-06-01T10:00:00Z', { kind: 'immediately' }, always), ['2026-06-07T22:00:00.000Z', true]);
  t.false(isTimeZone('Mars/Olympus'));
});
