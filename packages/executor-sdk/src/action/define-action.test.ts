import test from 'ava';
import { z } from 'zod';
import { type RunOutcome, runActionOnce } from '../testing/run-action.ts';
import { defineAction } from './define-action.ts';
import type { ActionDefinition } from './definition.ts';
import {
  type ActionResult,
  DefiniteFailure,
  done,
  failed,
  notFound,
  notSent,
  thenStep,
  unknown,
  waitFor,
} from './results.ts';

const config = z.strictObject({ name: z.string().min(2), size: z.int().default(1), token: z.string().optional() });

const action = (more: Partial<ActionDefinition<typeof config>> = {}) =>
  defineAction({
    ...{ type: 'thing', version: '1.0.0', summary: 'Makes a thing', config, idempotency: 'none' },
    target: ({ name }) => `thing ${name}`,
    run: () => done(),
    ...more,
  });

const given = { name: 'one' };

test('the configuration is checked, has its defaults, and what is done is told', async (t) => {
  const run = action({
    run: ({ name, size }) => done({ outputs: { name, size }, ref: 'T-1', url: 'https://t.test/1' }),
  });
  t.like(await runActionOnce(run, given), { outcome: 'succeeded', outputs: { name: 'one', size: 1 } });
  t.like(await runActionOnce(run, { name: 'x' }), { outcome: 'failed', failure: { code: 'CONFIG_INVALID' } });
  const read = await runActionOnce(run, given, { outputs: { called: 'name' } });
  t.is(read.outputs['called'], 'one');
  t.is(read.task.externalRef, 'T-1');
});

const verdicts: readonly [string, () => ActionResult, RunOutcome, string][] = [
  ['failed', () => failed('QUOTA', 'no more things'), 'failed', 'QUOTA'],
  ['unknown', () => unknown('NO_ANSWER', 'the line broke'), 'stuck', 'NO_ANSWER'],
  ['notSent', () => notSent('BUSY', 'come back'), 'failed', 'BUSY'],
  ['a code that is none', () => failed('not a code', 'why'), 'failed', 'ACTION_FAILED'],
  ['nothing', () => undefined as unknown as ActionResult, 'stuck', 'ACTION_TYPE_BROKEN'],
];

for (const [name, run, outcome, code] of verdicts) {
  test(`what run gives back as ${name} ends as ${outcome} with ${code}`, async (t) => {
    const ended = await runActionOnce(action({ run }), given);
    t.is(ended.outcome, outcome);
    t.is(ended.failure?.code, code);
  });
}

test('whatever is thrown leaves the outcome unknown, and a definite failure does not', async (t) => {
  const thrown = action({
    run: () => {
      throw new Error('socket hang up');
    },
  });
  t.like(await runActionOnce(thrown, given), { outcome: 'stuck', failure: { code: 'ACTION_BROKE_OFF' } });
  const refused = action({
    run: async () => {
      throw new DefiniteFailure('NOT_ALLOWED', 'the target said no');
    },
  });
  t.like(await runActionOnce(refused, given), { outcome: 'failed', failure: { code: 'NOT_ALLOWED' } });
});

test('what was not sent is tried again, and so is what may have happened where twice is the same as once', async (t) => {
  for (const [idempotency, first, tries] of [
    ['none', notSent('BUSY', 'come back'), 2],
    ['natural', unknown('NO_ANSWER', 'the line broke'), 2],
    ['key', unknown('NO_ANSWER', 'the line broke'), 2],
  ] as const) {
    let count = 0;
    const keys = new Set<string>();
    const run = action({
      idempotency,
      run: (_config, { key }) => {
        keys.add(key);
        count += 1;
        return count === 1 ? first : done();
      },
    });
    t.is((await runActionOnce(run, given)).outcome, 'succeeded');
    t.is(count, tries);
    t.is(keys.size, 1);
  }
});

test('an unknown outcome is looked for by its name, and adopted when it is found', async (t) => {
  const lost = () => unknown('NO_ANSWER', 'the line broke');
  const found = action({ idempotency: 'probe', run: lost, probe: () => done({ outputs: { id: 7 } }) });
  t.like(await runActionOnce(found, given), { outcome: 'succeeded', outputs: { id: 7 } });
  const nothing = action({ idempotency: 'probe', run: lost, probe: () => notFound('no such thing') });
  const ended = await runActionOnce(nothing, given);
  t.is(ended.outcome, 'stuck');
  t.is(ended.failure?.evidence?.['probe'], 'no such thing');
});

test('an action goes on by steps and waits: a check, an approval and a callback', async (t) => {
  const wait = { what: 'the thing', atMostMs: 60_000 };
  const seen: string[] = [];
  const stepped = action({
    run: () => thenStep('second', { n: 1 }),
    steps: {
      second: {
        run: (_config, { state }) => waitFor.check({ ...wait, afterMs: 1_000, state: { n: state['n'] ?? 0 } }),
      },
    },
    look: (_config, { step, state, answer }) => {
      seen.push(`${step} ${JSON.stringify(state['n'])} ${answer?.kind ?? 'look'}`);
      if (answer?.kind === 'callback') return done({ outputs: { answer: answer.body } });
      if (answer?.kind === 'approval') return waitFor.callback({ ...wait, state: { n: 3 } });
      return waitFor.approval({ ...wait, details: 'make it', state: { n: 2 } });
    },
  });
  const ended = await runActionOnce(stepped, given, {
    answers: [
      { kind: 'approval', approved: true, by: 'ada' },
      { kind: 'callback', body: { ok: true } },
    ],
  });
  t.deepEqual(seen, ['second 1 look', 'second 2 approval', 'second 3 callback']);
  t.like(ended, { outcome: 'succeeded', outputs: { answer: { ok: true } } });
  t.is((await runActionOnce(stepped, given)).waitingFor?.['kind'], 'approval');
});

test('secrets are read by reference, must be there before anything is done, and are in nothing that is told', async (t) => {
  const secret = 'canary-5f1c9a';
  const store = {
    resolve: async (reference: string) =>
      reference === 'env:TOKEN'
        ? ({ ok: true, value: secret } as const)
        : ({ ok: false, error: { code: 'SECRET_NOT_FOUND', message: `${reference} is not there` } } as const),
  };
  let runs = 0;
  const telling = action({
    secrets: ({ token }) => (token === undefined ? [] : [token]),
    run: async (_config, { secret: read, log }) => {
      runs += 1;
      const value = await read('env:TOKEN');
      log.info(`sent ${value}`, { value });
      return done({ outputs: { echo: `it was ${value}` }, evidence: { value } });
    },
  }).reading(store);
  const ended = await runActionOnce(telling, { ...given, token: 'env:TOKEN' });
  t.is(ended.outcome, 'succeeded');
  t.false(JSON.stringify(ended).includes(secret));
  t.like(await runActionOnce(telling, { ...given, token: 'env:OTHER' }), {
    outcome: 'failed',
    failure: { code: 'SECRET_NOT_FOUND' },
  });
  t.is(runs, 1);
});

test('what is no JSON among outputs is left out and named, since the effect is done', async (t) => {
  const odd = { good: 1, bad: (() => 1) as unknown as string, big: 1n as unknown as number };
  const ended = await runActionOnce(action({ run: () => done({ outputs: odd }) }), given);
  t.like(ended, { outcome: 'succeeded', outputs: { good: 1 } });
  t.false('bad' in ended.outputs);
});

test('lines of the log and how far it is reach the request', async (t) => {
  const ended = await runActionOnce(
    action({
      run: (_config, { log, progress }) => {
        log.warn('careful');
        progress(40, 'half way');
        return done();
      },
    }),
    given,
  );
  t.true(ended.log.includes('careful'));
  t.true(ended.log.includes('40 %: half way'));
});

test('an undo gets what was done, and a type without one refuses', async (t) => {
  let undone: unknown;
  const undoable = action({
    run: () => done({ outputs: { id: 7 }, ref: 'T-7' }),
    rollback: (_config, { undoes }) => {
      undone = undoes;
      return done();
    },
  });
  const ended = await runActionOnce(undoable, given);
  t.is((await runActionOnce(undoable, given, { undo: ended })).outcome, 'succeeded');
  t.like(undone, { outputs: { id: 7 }, externalRef: 'T-7', name: `pao-${ended.task.taskId}-g1-run` });
  t.is((await runActionOnce(action(), given, { undo: ended })).failure?.code, 'ROLLBACK_UNSUPPORTED');
});

test('a definition that is wrong is refused at once, with all that is wrong', (t) => {
  const error = t.throws(() =>
    action({ type: 'Not Kebab', idempotency: 'probe', steps: { run: { run: () => done() } } }),
  );
  for (const part of ['type', "'probe' needs a probe", '"run" is no name'])
    t.true(error?.message.includes(part), error?.message);
});
