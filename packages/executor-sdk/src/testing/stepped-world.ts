import { ok } from '@pao/kernel';
import { createCompileOutputs } from '../adapters/jmespath/outputs.ts';
import { createMemoryAttemptLedger, type MemoryAttemptLedger } from '../adapters/memory/attempt-ledger.ts';
import type { Park, Success, Verdict } from '../core/domain/verdict.ts';
import { DEFAULT_RESEND } from '../core/domain/verdict.ts';
import type { ActionRunner, Effect, Look, LookContext, Point } from '../core/ports/action-runner.ts';
import { createExecutor, type Executor } from '../core/use-cases/executor.ts';
import { newId } from './commands.ts';
import { untraced } from './untraced.ts';
import { type VirtualTime, virtualTime } from './virtual-time.ts';

const RESULT = { result: {}, offered: {}, evidence: {} };

const ok1 = (step: string, more: Partial<Success> = {}): Success => ({
  ...{ kind: 'ok', ...RESULT, evidence: { url: `https://target.test/${step}` } },
  ...more,
});

const AWAITED = { what: 'the run', url: 'https://target.test/run', atMostMs: 600_000 } as const;

/** What an action of three steps does that waits before the last one: `first`, `second`, a wait, `third`. */
export interface SteppedScript {
  readonly park?: Partial<Park>;
  readonly look?: (context: LookContext, looks: number, point: Point) => Look | Promise<Look>;
  readonly effect?: (step: string) => Verdict | undefined;
  readonly continues?: boolean;
}

const ON_TO_THIRD: Look = { kind: 'step', step: 'third', state: { from: 'look' } };

export interface SteppedWorld {
  readonly time: VirtualTime;
  readonly ledger: MemoryAttemptLedger;
  /** What happened outside: the names of effects, in order. */
  readonly effects: readonly string[];
  readonly points: readonly Point[];
  readonly looks: () => number;
  readonly troubles: readonly unknown[];
  /** Types of the events that were told once each, without the logs between. */
  readonly told: () => readonly string[];
  /** A process on this world; `guard` stands before and after whatever it awaits. */
  readonly startProcess: (guard?: <T>(work: () => Promise<T>) => Promise<T>) => Executor;
}

const guarded = <T extends object>(port: T, guard: <R>(work: () => Promise<R>) => Promise<R>): T =>
  new Proxy(port, {
    get: (target, name) => {
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== 'function') return method;
      return (...args: readonly unknown[]) => guard(async () => Reflect.apply(method, target, args) as unknown);
    },
  });

/** An action of several steps in virtual time, with a target that knows what was done to it. */
export const steppedWorld = (script: SteppedScript = {}): SteppedWorld => {
  const time = virtualTime();
  const ledger = createMemoryAttemptLedger(time.elapsed);
  const effects: string[] = [];
  const points: Point[] = [];
  const troubles: unknown[] = [];
  let looks = 0;

  const awaited = { kind: 'check', afterMs: 5_000, ...AWAITED, state: { run: 1 }, ...script.park } as Park;
  const successOf: { readonly [step: string]: Success } = {
    first: ok1('first', { externalRef: 'F-1', next: { kind: 'step', step: 'second', state: { from: 'first' } } }),
    second: ok1('second', { next: awaited }),
    third: ok1('third', { result: { id: 'db-1' } }),
  };
  const effectOf = (step: string): Effect => {
    const success = successOf[step] ?? ok1(step);
    return {
      target: `POST https://target.test/${step}`,
      resend: DEFAULT_RESEND,
      run: async ({ name }) => {
        effects.push(name);
        return script.effect?.(step) ?? success;
      },
      probe: async ({ name }) =>
        effects.includes(name)
          ? { kind: 'found', success }
          : { kind: 'inconclusive', note: 'nothing carries the name', again: false },
    };
  };
  const runner: ActionRunner = {
    type: 'rest-api',
    step: 'first',
    takesSecretIn: () => true,
    ...(script.continues !== undefined && { continues: script.continues }),
    prepare: async () => ok(effectOf('first')),
    proceed: async (_action, _secrets, point) => {
      points.push(point);
      return ok(effectOf(point.step));
    },
    look: async (_action, _secrets, point, context) => {
      looks += 1;
      return script.look?.(context, looks, point) ?? ON_TO_THIRD;
    },
  };

  const startProcess: SteppedWorld['startProcess'] = (guard = (work) => work()) => {
    const effectsOf = (effect: Effect): Effect => guarded(effect, guard);
    const alive: ActionRunner = {
      ...runner,
      prepare: async () => ok(effectsOf(effectOf('first'))),
      proceed: async (...args) => {
        const prepared = await guard(async () => runner.proceed?.(...args));
        if (prepared === undefined || !prepared.ok) throw new Error('not prepared');
        return ok(effectsOf(prepared.value));
      },
      look: (...args) => guard(async () => runner.look?.(...args) ?? ON_TO_THIRD),
    };
    return createExecutor({
      ledger: guarded(ledger, guard),
      steps: guarded(ledger.steps, guard),
      parked: guarded(ledger.parked, guard),
      runners: new Map([[alive.type, alive]]),
      compileOutputs: createCompileOutputs(),
      sealer: undefined,
      observer: {
        ...{ ended: () => {}, cameLate: () => {}, superseded: () => {}, cancelled: () => {} },
        ...{ parked: () => {}, answered: () => {}, tookOver: () => {} },
        troubled: (_what, reason) => troubles.push(reason),
      },
      timing: time,
      now: () => new Date(time.elapsed()),
      newId,
      announceAfterMs: 250,
      ...untraced,
    });
  };
  const told = (): readonly string[] => {
    const once = new Map(ledger.events.map(({ id, type }) => [id, type]));
    return [...once.values()].filter((type) => type !== 'task-progressed.v1' && type !== 'task-started.v1');
  };
  return { time, ledger, effects, points, looks: () => looks, troubles, told, startProcess };
};
