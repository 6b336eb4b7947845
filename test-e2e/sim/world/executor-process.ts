// @boundaries-ignore the code under test
import { FifoConsumer, type OutgoingMessage } from '../../../packages/bus/src/index.ts';
// @boundaries-ignore the code under test
import { createHandleCommand } from '../../../packages/executor-sdk/src/adapters/bus/handle-command.ts';
// @boundaries-ignore the code under test
import { createCompileOutputs } from '../../../packages/executor-sdk/src/adapters/jmespath/outputs.ts';
// @boundaries-ignore the code under test
import { createMemoryAttemptLedger } from '../../../packages/executor-sdk/src/adapters/memory/attempt-ledger.ts';
// @boundaries-ignore the code under test
import type { AttemptLedger } from '../../../packages/executor-sdk/src/core/ports/attempt-ledger.ts';
// @boundaries-ignore the code under test
import type { ParkedTasks } from '../../../packages/executor-sdk/src/core/ports/parked-tasks.ts';
// @boundaries-ignore the code under test
import type { StepLedger } from '../../../packages/executor-sdk/src/core/ports/step-ledger.ts';
// @boundaries-ignore the code under test
import { createExecutor } from '../../../packages/executor-sdk/src/core/use-cases/executor.ts';
// @boundaries-ignore the code under test
import { PeriodicJob } from '../../../packages/runtime/src/index.ts';
// @boundaries-ignore the code under test
import { createJiraTicketAction } from '../../../services/executor/src/adapters/jira/action.ts';
// @boundaries-ignore the code under test
import { createRestApiAction } from '../../../services/executor/src/adapters/rest-api/action.ts';
import type { Life } from '../engine/scheduler.ts';
import { EPOCH } from '../engine/virtual-time.ts';
import type { SimulatedBus } from './bus.ts';
import { remote } from './call.ts';
import type { Network } from './http.ts';
import { createOutbox } from './outbox.ts';
import { clockOf, idsOf, loggerOf } from './process.ts';
import { startRelay } from './relay.ts';
import { createStagedAction } from './staged-action.ts';
import type { World } from './world.ts';

const SWEEP_MS = 15_000;
const WAKE_MS = 6_000;
const ANNOUNCE_AFTER_MS = 250;

const JIRA = { url: 'https://jira.test', email: 'sim@example.test', apiToken: 'not-a-secret' };

/** The executors' database. Leases are in its own time. */
export const createExecutorDatabase = (world: World) => {
  const ledger = createMemoryAttemptLedger(() => EPOCH + world.scheduler.now);
  const outbox = createOutbox(world, 'executor.outbox');
  let told = 0;
  const flush = (): void => {
    const fresh = ledger.events.slice(told);
    told = ledger.events.length;
    outbox.add(fresh.map((event): OutgoingMessage => ({ ...event, destination: 'topic:task-events' })));
  };
  const flushed =
    <Args extends readonly unknown[], T>(write: (...args: Args) => Promise<T>) =>
    async (...args: Args): Promise<T> => {
      const result = await write(...args);
      flush();
      return result;
    };
  const store: AttemptLedger = {
    ...ledger,
    start: flushed(ledger.start),
    refuse: flushed(ledger.refuse),
    cancel: flushed(ledger.cancel),
    announce: flushed(ledger.announce),
    finish: flushed(ledger.finish),
    follow: flushed(ledger.follow),
  };
  const steps: StepLedger = {
    ...ledger.steps,
    park: flushed(ledger.steps.park),
    carryOn: flushed(ledger.steps.carryOn),
  };
  const parked: ParkedTasks = {
    ...ledger.parked,
    settle: flushed(ledger.parked.settle),
    cancel: flushed(ledger.parked.cancel),
  };
  return { ledger, store, steps, parked, outbox };
};

export type ExecutorDatabase = ReturnType<typeof createExecutorDatabase>;

interface ExecutorParts {
  readonly database: ExecutorDatabase;
  readonly bus: SimulatedBus;
  readonly network: Network;
}

export const startExecutorProcess = (world: World, life: Life, { database, bus, network }: ExecutorParts): void => {
  const { scheduler, random } = world;
  const logger = loggerOf(world, life);
  const port = bus.portFor(life);
  const now = clockOf(world, life);
  const kick = startRelay(world, life, database.outbox, port);
  const send = network.sendFor(life);
  const runners = [
    createRestApiAction({ send, secrets: { resolve: async () => ({ ok: true, value: '' }) }, now }),
    createJiraTicketAction({ send, instances: new Map([['default', JIRA]]), now }),
    createStagedAction({ send, now: () => now().getTime() }),
  ];
  const executor = createExecutor({
    ledger: kicking(remote(world, life, 'ledger', database.store), ['finish', 'follow', 'cancel', 'refuse'], kick),
    steps: kicking(remote(world, life, 'steps', database.steps), ['park', 'carryOn'], kick),
    parked: kicking(remote(world, life, 'parked', database.parked), ['settle', 'cancel'], kick),
    runners: new Map(runners.map((runner) => [runner.type, runner])),
    compileOutputs: createCompileOutputs(),
    sealer: undefined,
    observer: {
      ended: ({ command, ending }) => scheduler.note(`${command.taskId} g${command.generation} ended ${ending.kind}`),
      cameLate: ({ command, ending }) => {
        scheduler.note(`${command.taskId} g${command.generation} late ${ending.kind}`);
        world.history.late.add(`${command.taskId} g${command.generation}`);
      },
      superseded: () => {},
      cancelled: () => {},
      parked: ({ taskId, generation }, { kind }) => scheduler.note(`${taskId} g${generation} parked: ${kind}`),
      answered: ({ taskId, generation }, outcome) => scheduler.note(`${taskId} g${generation} answer ${outcome}`),
      tookOver: ({ taskId }) => scheduler.note(`took over ${taskId}`),
      troubled: (what, reason) => scheduler.note(`${what}: ${String(reason)}`),
    },
    timing: {
      elapsed: () => scheduler.now,
      sleep: (ms) => new Promise((resolve) => scheduler.after(ms, life, '', resolve)),
      after: (ms, work) => {
        const task = scheduler.after(ms, life, '', work);
        return () => {
          task.cancelled = true;
        };
      },
      random: () => random.next(),
    },
    now,
    newId: idsOf(world, life),
    announceAfterMs: ANNOUNCE_AFTER_MS,
    inContextOf: (_command, work) => work(),
    inTaskSpan: (_command, work) => work(),
  });
  const consumer = new FifoConsumer({
    source: port,
    queue: 'tasks-default',
    handle: createHandleCommand(executor),
    concurrency: 3,
    // Shorter than a lease, too: a message may come again while its attempt is still held.
    visibilitySeconds: random.pick([15, 30, 60]),
    logger,
  });
  const sweep = new PeriodicJob({
    name: 'abandoned-attempts',
    intervalMs: SWEEP_MS,
    run: async () => void (await executor.settleAbandonedAttempts()),
    logger: logger as never,
  });
  const wake = new PeriodicJob({
    name: 'parked-tasks',
    intervalMs: WAKE_MS,
    run: async () => {
      // A step behind a look takes its time, in which others may be due.
      executor.wakeParkedTasks().catch((error: unknown) => scheduler.note(`could not wake: ${String(error)}`));
    },
    logger: logger as never,
  });
  consumer.start();
  sweep.start();
  wake.start();
};

/** After each write that may have left messages the relay is woken, as after a commit. */
const kicking = <T extends object>(store: T, writes: readonly (keyof T)[], kick: () => void): T =>
  new Proxy(store, {
    get: (target, name) => {
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== 'function' || !writes.includes(name as keyof T)) return method;
      return async (...args: readonly unknown[]): Promise<unknown> => {
        const result: unknown = await Reflect.apply(method, target, args);
        kick();
        return result;
      };
    },
  });
