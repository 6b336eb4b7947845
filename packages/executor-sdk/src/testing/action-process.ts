import { isJsonObject, type JsonObject } from '@pao/kernel';
import type { DefinedAction } from '../action/define-action.ts';
import { createCompileOutputs } from '../adapters/jmespath/outputs.ts';
import { createMemoryAttemptLedger, type MemoryAttemptLedger } from '../adapters/memory/attempt-ledger.ts';
import type { RollbackOf, TaskCommand } from '../core/domain/task-command.ts';
import type { Effect } from '../core/ports/action-runner.ts';
import { createExecutor, type Executor } from '../core/use-cases/executor.ts';
import { commandOf, newId } from './commands.ts';
import { untraced } from './untraced.ts';
import { type VirtualTime, virtualTime } from './virtual-time.ts';

/** Stands around whatever a process awaits. */
export type Guard = <T>(point: string, work: () => Promise<T>) => Promise<T>;

const unguarded: Guard = (_point, work) => work();

export interface ActionWorld {
  readonly time: VirtualTime;
  readonly ledger: MemoryAttemptLedger;
  readonly command: TaskCommand;
  /** A process of an executor that serves the action, on this world's ledger. */
  startProcess(guard?: Guard): Executor;
}

export interface ActionWorldOptions {
  readonly outputs?: { readonly [name: string]: string };
  readonly timeoutSeconds?: number;
  readonly callbackUrl?: string;
  readonly rollbackOf?: RollbackOf;
}

const guarded = <T extends object>(name: string, port: T, guard: Guard): T =>
  new Proxy(port, {
    get: (target, method) => {
      const member: unknown = Reflect.get(target, method);
      if (typeof member !== 'function') return member;
      return (...args: readonly unknown[]) =>
        guard(`${name}.${String(method)}`, async () => Reflect.apply(member, target, args) as unknown);
    },
  });

/** The whole executor on a ledger in memory, in virtual time, with one task of the action. */
export const actionWorld = (action: DefinedAction, config: object, options: ActionWorldOptions = {}): ActionWorld => {
  if (!isJsonObject(config)) throw new TypeError('The configuration is not a plain object.');
  const { outputs = {}, timeoutSeconds = 30, callbackUrl, rollbackOf } = options;
  const time = virtualTime();
  const ledger = createMemoryAttemptLedger(time.elapsed);
  const command = commandOf({
    ...(callbackUrl !== undefined && { callbackUrl }),
    action: { type: action.type, config, outputs, timeoutSeconds, ...(rollbackOf && { rollbackOf }) },
  });
  const startProcess = (guard: Guard = unguarded): Executor => {
    const effectOf = (effect: Effect): Effect => ({
      ...effect,
      run: (context) => guard('effect.run', () => effect.run(context)),
      probe: (context) => guard('effect.probe', () => effect.probe(context)),
    });
    const { undo, proceed, look } = action;
    const prepared = async (preparing: ReturnType<DefinedAction['prepare']>) => {
      const effect = await preparing;
      return effect.ok ? { ...effect, value: effectOf(effect.value) } : effect;
    };
    const runner = {
      ...action,
      prepare: (...args: Parameters<typeof action.prepare>) => prepared(action.prepare(...args)),
      ...(undo && { undo: (...args: Parameters<typeof undo>) => prepared(undo(...args)) }),
      ...(proceed && { proceed: (...args: Parameters<typeof proceed>) => prepared(proceed(...args)) }),
      ...(look && { look: (...args: Parameters<typeof look>) => guard('look', () => look(...args)) }),
    };
    return createExecutor({
      ledger: guarded('ledger', ledger, guard),
      steps: guarded('steps', ledger.steps, guard),
      parked: guarded('parked', ledger.parked, guard),
      runners: new Map([[runner.type, runner]]),
      compileOutputs: createCompileOutputs(),
      sealer: undefined,
      observer: {
        ...{ ended: () => {}, cameLate: () => {}, superseded: () => {}, cancelled: () => {} },
        ...{ parked: () => {}, answered: () => {}, tookOver: () => {}, troubled: () => {} },
      },
      timing: time,
      now: () => new Date(time.elapsed()),
      newId,
      announceAfterMs: 1_000_000,
      ...untraced,
    });
  };
  return { time, ledger, command, startProcess };
};

/** The data of each event that was told, once, in order. */
export const toldOf = ({
  events,
}: MemoryAttemptLedger): readonly { readonly type: string; readonly data: JsonObject }[] => {
  const once = new Map(events.map(({ id, type, body }) => [id, { type, body }]));
  return [...once.values()].map(({ type, body }) => ({
    type,
    data: (JSON.parse(body) as { readonly data: JsonObject }).data,
  }));
};
