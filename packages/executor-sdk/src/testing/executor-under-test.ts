import { ok, TransientError } from '@pao/kernel';
import { createCompileOutputs } from '../adapters/jmespath/outputs.ts';
import { createMemoryAttemptLedger, type MemoryAttemptLedger } from '../adapters/memory/attempt-ledger.ts';
import type { Success, UnknownOutcome, Verdict } from '../core/domain/verdict.ts';
import { DEFAULT_RESEND } from '../core/domain/verdict.ts';
import type { ActionRunner, EffectContext, Probe } from '../core/ports/action-runner.ts';
import type { AttemptLedger } from '../core/ports/attempt-ledger.ts';
import type { Gate } from '../core/ports/gate.ts';
import type { Notices } from '../core/ports/notices.ts';
import type { EndReport } from '../core/ports/task-observer.ts';
import { createExecutor, type Executor } from '../core/use-cases/executor.ts';
import { newId } from './commands.ts';
import { untraced } from './untraced.ts';
import { type VirtualTime, virtualTime } from './virtual-time.ts';

export const succeeded: Success = {
  kind: 'ok',
  result: { status: 201, body: { id: 'db-1' } },
  offered: { status: 201 },
  evidence: { status: 201 },
};

export const unknown: UnknownOutcome = {
  kind: 'unknown',
  failure: { code: 'HTTP_500', message: 'the target answered 500', evidence: { status: 500 } },
};

export interface EffectScript {
  /** One try: its number, from 1. */
  readonly run?: (tries: number, context: EffectContext) => Verdict | Promise<Verdict>;
  readonly probe?: (looks: number) => Probe;
}

export interface ExecutorUnderTest {
  readonly executor: Executor;
  readonly ledger: MemoryAttemptLedger;
  readonly time: VirtualTime;
  /** Names of the tries, in order. */
  readonly tries: readonly string[];
  readonly looks: () => number;
  readonly late: readonly EndReport[];
  /** Types of the events stored so far, without the logs between. */
  readonly told: () => readonly string[];
}

export interface UnderTestOptions extends EffectScript {
  /** Of a former executor, to go on where that one stopped. */
  readonly shared?: { readonly ledger: MemoryAttemptLedger; readonly time: VirtualTime };
  /** Stands between the use cases and the ledger. */
  readonly through?: (ledger: AttemptLedger) => AttemptLedger;
  /** Told of trouble that is not vital; thrown without. */
  readonly troubled?: (what: string, reason: unknown) => void;
  /** Before the target; none without. */
  readonly gate?: Gate;
  readonly notices?: Notices;
  /** Of the action type. */
  readonly continues?: boolean;
}

/** The use cases on a ledger in memory, in virtual time, with one action type that does as the script says. */
export const executorUnderTest = (options: UnderTestOptions = {}): ExecutorUnderTest => {
  const {
    run = () => succeeded,
    probe = (): Probe => ({ kind: 'impossible' }),
    through = (ledger) => ledger,
  } = options;
  const time = options.shared?.time ?? virtualTime();
  const ledger = options.shared?.ledger ?? createMemoryAttemptLedger(time.elapsed);
  const tries: string[] = [];
  const late: EndReport[] = [];
  let looks = 0;
  const runner: ActionRunner = {
    type: 'rest-api',
    step: 'call',
    takesSecretIn: (member) => member !== 'endpoint',
    ...(options.continues !== undefined && { continues: options.continues }),
    prepare: async ({ config }) => {
      if (config['away'] === true) throw new TransientError('The store of secrets is away.');
      if (config['refuse'] === true) return { ok: false, error: { code: 'CONFIG_INVALID', message: 'config: no' } };
      return ok({
        target: 'POST http://target.test/things',
        resend: DEFAULT_RESEND,
        run: async (context) => {
          tries.push(context.name);
          return run(tries.length, context);
        },
        probe: async () => {
          looks += 1;
          return probe(looks);
        },
      });
    },
  };
  const executor = createExecutor({
    ledger: through(ledger),
    steps: ledger.steps,
    parked: ledger.parked,
    gate: options.gate,
    notices: options.notices,
    runners: new Map([[runner.type, runner]]),
    compileOutputs: createCompileOutputs(),
    sealer: undefined,
    observer: {
      ended: () => {},
      cameLate: (report) => late.push(report),
      superseded: () => {},
      cancelled: () => {},
      parked: () => {},
      answered: () => {},
      tookOver: () => {},
      troubled:
        options.troubled ??
        ((_what, reason) => {
          throw reason;
        }),
    },
    timing: time,
    now: () => new Date(time.elapsed()),
    newId,
    announceAfterMs: 250,
    ...untraced,
  });
  return {
    executor,
    ledger,
    time,
    tries,
    looks: () => looks,
    late,
    told: () => ledger.events.map(({ type }) => type).filter((type) => type !== 'task-progressed.v1'),
  };
};
