import { ok, type Result } from '@pao/kernel';
// @boundaries-ignore the code under test
import type {
  Action,
  ActionRunner,
  Effect,
  Failure,
  Park,
  Point,
  Success,
} from '../../../packages/executor-sdk/src/index.ts';
// @boundaries-ignore the code under test
import { judgeExchange, type SendHttp } from '../../../packages/outgoing/src/index.ts';

/** Steps of the action, in their order. */
export const STAGES = ['begin', 'middle', 'last'] as const;
export type Stage = (typeof STAGES)[number];

const URL_OF_STAGES = 'https://platform.test/staged';
const SECOND = 1_000;
const LOOK_AFTER_MS = 4 * SECOND;
const CHECK_MS = 15 * 60 * SECOND;
const CALLBACK_MS = 4 * 60 * SECOND;
const APPROVAL_MS = 5 * 60 * SECOND;

interface StagedDependencies {
  readonly send: SendHttp;
  readonly now: () => number;
}

/** After `begin` it is looked whether it is ready, after `middle` the target calls back, and a person agrees to `last`. */
const nextOf = (stage: Stage, name: string): Park | undefined => {
  if (stage === 'begin')
    return { kind: 'check', what: 'the beginning', afterMs: LOOK_AFTER_MS, atMostMs: CHECK_MS, state: { name } };
  if (stage === 'middle')
    return { kind: 'callback', what: 'a word of the target', atMostMs: CALLBACK_MS, state: { name } };
  return undefined;
};

const ask = (name: string): Park => ({
  ...{
    kind: 'approval',
    what: 'somebody to agree',
    details: 'the last stage',
    atMostMs: APPROVAL_MS,
    state: { name, asks: true },
  },
});

const effectOf = (stage: Stage, { config }: Action, { send, now }: StagedDependencies): Effect => ({
  target: `POST ${URL_OF_STAGES}/${stage}`,
  resend: { attempts: 3, backoff: 'exponential', firstDelayMs: 250 },
  run: async ({ name, remainingMs, callbackUrl }) => {
    const exchange = await send({
      url: new URL(`${URL_OF_STAGES}/${stage}`),
      method: 'POST',
      headers: { 'idempotency-key': `"${name}"` },
      body: JSON.stringify({ ...config, callbackUrl }),
      timeoutMs: remainingMs,
    });
    const outcome = judgeExchange(exchange, undefined, now());
    if (outcome.kind !== 'ok') {
      const { kind, code, message } = outcome;
      return { kind, failure: { code, message } };
    }
    const id = exchange.kind === 'answered' ? (/"id":"(thing-\d+)"/.exec(exchange.body)?.[1] ?? '') : '';
    if (id === '') return { kind: 'unknown', failure: { code: 'RESPONSE_MALFORMED', message: 'no id in the answer' } };
    const next = nextOf(stage, name);
    const done: Success = { kind: 'ok', result: { id }, offered: {}, evidence: { id } };
    return next ? { ...done, next } : done;
  },
  probe: async () => ({ kind: 'impossible' }),
});

/** An action as those of the product are that wait: three effects, and between them a look, a callback and a person's word. */
export const createStagedAction = (dependencies: StagedDependencies): ActionRunner => ({
  type: 'staged',
  step: 'begin',
  continues: true,
  takesSecretIn: () => false,
  prepare: async (action): Promise<Result<Effect, Failure>> => ok(effectOf('begin', action, dependencies)),
  proceed: async (action, _secrets, { step }) => ok(effectOf(step as Stage, action, dependencies)),
  look: async (_action, _secrets, { step, state }: Point, { answer, name, remainingMs }) => {
    if (step === 'begin') {
      const url = new URL(`${URL_OF_STAGES}/begin?name=${name}`);
      const exchange = await dependencies.send({ url, method: 'GET', headers: {}, timeoutMs: remainingMs });
      const isReady = exchange.kind === 'answered' && exchange.body.includes('"ready":true');
      return isReady ? { kind: 'step', step: 'middle', state } : (nextOf('begin', name) as Park);
    }
    if (answer?.kind === 'callback') return ask(name);
    if (answer?.kind === 'approval') {
      if (answer.approved) return { kind: 'step', step: 'last', state };
      return { kind: 'definite-failure', failure: { code: 'REJECTED', message: `${answer.by} does not agree` } };
    }
    return state['asks'] === true ? { ...ask(name), state } : (nextOf('middle', name) as Park);
  },
});
