import { DEFAULT_RESEND, type Effect, type Verdict } from '@pao/executor-sdk';
import test from 'ava';
import { createTargetGate } from '../src/adapters/targets/gate.ts';
import type { LimitRule } from '../src/adapters/targets/limit.ts';
import { NAME } from './support/effects.ts';

const done: Verdict = { kind: 'ok', result: {}, offered: {}, evidence: {} };
const failed = (code: string, status?: number): Verdict => ({
  kind: 'unknown',
  failure: { code, message: 'no', ...(status !== undefined && { evidence: { status } }) },
});

const effectOf = (verdict: () => Verdict, target = 'POST https://api.test/things'): Effect => ({
  target,
  resend: DEFAULT_RESEND,
  run: async () => verdict(),
  probe: async () => ({ kind: 'impossible' }),
});

interface Options {
  readonly limits?: Readonly<Record<string, LimitRule>>;
  readonly failures?: number;
  readonly openMs?: number;
}

const gateFor = ({ limits = {}, failures = 3, openMs = 3_600_000 }: Options = {}) => {
  let clock = 0;
  const gate = createTargetGate({
    breaker: { failures, openMs },
    limits: new Map(Object.entries(limits)),
    elapsed: () => clock,
    now: () => new Date(),
  });
  let visits = 0;
  const enter = (effect: Effect, key = `visit-${++visits}`, type = 'rest-api') => gate.enter({ key, type, effect });
  /** One task from its coming to its end; false when it has to wait. */
  const visit = async (verdict: Verdict, target?: string, type?: string, key?: string): Promise<boolean> => {
    const effect = effectOf(() => verdict, target);
    const admission = enter(effect, key, type);
    if (admission.kind === 'wait') return false;
    await admission.effect.run({ name: NAME, remainingMs: 1_000 });
    admission.leave();
    return true;
  };
  const pass = (ms: number): void => {
    clock += ms;
  };
  return { gate, enter, visit, pass };
};

test('after so many troubles in a row tasks wait, told since when, and other targets and action types go on', async (t) => {
  const { visit, enter, gate } = gateFor();
  for (const code of ['HTTP_503', 'CONNECT_FAILED']) t.true(await visit(failed(code)));
  t.true(await visit(failed('HTTP_409')), 'an answer that is about the task ends the row');
  for (const code of ['RESPONSE_TIMEOUT', 'CONNECTION_LOST', 'DNS_FAILED']) t.true(await visit(failed(code)));
  const admission = enter(effectOf(() => done));
  t.like(admission, { kind: 'wait', first: true });
  if (admission.kind !== 'wait') return;
  t.regex(admission.reason, /^https:\/\/api\.test has been failing since 20\d\d-/);
  t.true(admission.afterMs > 0 && admission.afterMs <= 60_000);
  t.true(await visit(done, 'POST https://other.test/'));
  t.true(await visit(done, 'POST https://api.test/', 'webhook'));
  t.deepEqual(gate.breakers()[0], { target: 'https://api.test', type: 'rest-api', state: 'open' });
});

test('a status in the evidence counts like one in the code', async (t) => {
  const { visit } = gateFor({ failures: 1 });
  t.true(await visit(failed('GITHUB_FAILED', 502)));
  t.false(await visit(done));
});

test('one task tries a target again, and the others wait for what comes of it', async (t) => {
  const { visit, enter, gate } = gateFor({ failures: 1, openMs: 40 });
  t.true(await visit(failed('HTTP_500')));
  const effect = effectOf(() => failed('HTTP_500'));
  let trying = enter(effect, 'first');
  while (trying.kind === 'wait') {
    await new Promise((resolve) => setTimeout(resolve, 5));
    trying = enter(effect, 'first');
  }
  t.false(await visit(done));
  await trying.effect.run({ name: NAME, remainingMs: 1_000 });
  trying.leave();
  t.is(gate.breakers()[0]?.state, 'open');
  t.false(await visit(done));
});

test('a target that is back is called by everybody', async (t) => {
  const { visit, gate } = gateFor({ failures: 1, openMs: 10 });
  t.true(await visit(failed('HTTP_500')));
  const isIn = () => visit(done, undefined, undefined, 'again');
  while (!(await isIn())) await new Promise((resolve) => setTimeout(resolve, 5));
  t.is(gate.breakers()[0]?.state, 'closed');
  for (let more = 0; more < 5; more += 1) t.true(await visit(done));
});

test('one that had begun before a breaker opened is not held up', async (t) => {
  const { visit, enter } = gateFor({ failures: 1 });
  const early = enter(effectOf(() => done));
  t.true(await visit(failed('HTTP_500')));
  t.true(early.kind === 'admitted' && (await early.effect.run({ name: NAME, remainingMs: 1_000 })).kind === 'ok');
});

test('no more at once than the target takes, and those who wait are let in as they came', async (t) => {
  const { enter, pass } = gateFor({ limits: { 'api.test': { concurrency: 2 } } });
  const effect = effectOf(() => done);
  const [first, second] = [enter(effect, 'a'), enter(effect, 'b')];
  t.deepEqual([first.kind, second.kind], ['admitted', 'admitted']);
  t.like(enter(effect, 'c'), {
    kind: 'wait',
    first: true,
    reason: 'https://api.test takes 2 calls at once of this executor',
  });
  t.like(enter(effect, 'd'), { kind: 'wait', first: true });
  t.like(enter(effect, 'c'), { kind: 'wait', first: false });
  if (first.kind === 'admitted') first.leave();
  t.is(enter(effect, 'd').kind, 'wait', 'the one before it has the place');
  t.is(enter(effect, 'new').kind, 'wait');
  t.is(enter(effect, 'c').kind, 'admitted');
  if (second.kind === 'admitted') second.leave();
  pass(3_600_000);
  t.is(enter(effect, 'late').kind, 'admitted', 'who does not come back keeps nobody waiting');
});

test('no more a minute than the target takes, tries again included', async (t) => {
  const { enter, visit, pass } = gateFor({ limits: { '*': { perMinute: 3 } } });
  const admission = enter(effectOf(() => done));
  if (admission.kind === 'wait') return t.fail();
  for (let tries = 0; tries < 2; tries += 1) await admission.effect.run({ name: NAME, remainingMs: 1_000 });
  admission.leave();
  pass(10_000);
  t.true(await visit(done));
  const third = enter(
    effectOf(() => done),
    'third',
  );
  t.like(third, { kind: 'wait', afterMs: 50_000 });
  t.like(
    enter(
      effectOf(() => done),
      'fourth',
    ),
    { kind: 'wait', afterMs: 50_000 },
  );
  t.like(
    enter(
      effectOf(() => done),
      'fifth',
    ),
    { kind: 'wait', afterMs: 60_000 },
  );
  t.true(await visit(done, 'GET http://other.test:8080/'), 'each target has its own');
  pass(50_000);
  t.is(
    enter(
      effectOf(() => done),
      'third',
    ).kind,
    'admitted',
  );
});

test('what a target asks for with 429 is kept for the next task, up to a quarter of an hour', async (t) => {
  const { visit, enter, pass } = gateFor();
  const failure = { code: 'HTTP_429', message: 'slow down', evidence: { status: 429 } };
  t.true(await visit({ kind: 'not-executed', failure, retryAfterMs: 20_000 }));
  const waiting = enter(effectOf(() => done));
  t.like(waiting, { kind: 'wait', afterMs: 20_000 });
  t.regex(waiting.kind === 'wait' ? waiting.reason : '', /asked to be left alone until 20/);
  pass(20_000);
  t.true(await visit({ kind: 'not-executed', failure, retryAfterMs: 10 ** 9 }));
  pass(15 * 60_000);
  t.true(await visit(done));
});

test('what calls nobody by address never waits, and ten thousand targets are not all remembered', async (t) => {
  const { visit, gate } = gateFor({ failures: 1, limits: { '*': { concurrency: 1 } } });
  for (let more = 0; more < 5; more += 1) t.true(await visit(failed('HTTP_500'), 'terraform apply in /work'));
  for (let more = 0; more < 1_500; more += 1) await visit(done, `GET https://t${more}.test/`);
  t.is(gate.breakers().length, 100);
});
