import { type Bus, FifoConsumer, Relay, taskQueue } from '@pao/bus';
import {
  createSealer,
  giveWay,
  type Logger,
  type Metrics,
  newId,
  runWithCorrelationId,
  runWithTraceparent,
  type Service,
} from '@pao/runtime';
import { createHandleCommand } from '../adapters/bus/handle-command.ts';
import { createCompileOutputs } from '../adapters/jmespath/outputs.ts';
import { registerExecutorMetrics } from '../adapters/metrics.ts';
import { createObserver } from '../adapters/observer.ts';
import { createOverlappingJob, type OverlappingJob } from '../adapters/overlapping-job.ts';
import { inTaskSpan } from '../adapters/task-span.ts';
import { systemTiming } from '../adapters/timing.ts';
import type { TaskCommand } from '../core/domain/task-command.ts';
import type { ActionRunners } from '../core/ports/action-runner.ts';
import type { Gate } from '../core/ports/gate.ts';
import { createExecutor } from '../core/use-cases/executor.ts';
import { createAnnouncer } from './announcer.ts';
import type { LedgerStore } from './ledgers.ts';

export interface ExecutorRuntimeOptions {
  readonly pool: string;
  /** Among the executors of the pool. */
  readonly instance: string;
  readonly bus: Bus;
  readonly store: LedgerStore;
  readonly runners: ActionRunners;
  readonly gate?: Gate | undefined;
  /** Open the secrets of requests; none without keys. */
  readonly dataKeys: Parameters<typeof createSealer>[0];
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** A task still under way after so long is told of before it ends. */
  readonly announceAfterMs: number;
  readonly sweepMs: number;
  readonly wakeMs: number;
  readonly consumer: { readonly concurrency: number; readonly waitSeconds: number };
}

/** What an executor is made of; started in this order, and stopped in the other. */
export interface ExecutorRuntime {
  readonly relay: Service;
  readonly sweep: Service;
  readonly wake: Service;
  /** A stop waits for what is under way. */
  readonly consumer: Service;
  readonly announcer: Service;
}

const now = (): Date => new Date();

const inContextOf = <T>({ traceparent, correlationId }: TaskCommand, work: () => Promise<T>): Promise<T> =>
  runWithTraceparent(traceparent, () => runWithCorrelationId(correlationId, work));

const service = (name: string, start: () => void, stop: () => Promise<void>): Service => ({
  name,
  start: async () => start(),
  stop,
});

/** What an earlier process left open is settled beside the start, not before it: looking for effects takes its time. */
const sweepService = (sweep: OverlappingJob, logger: Logger): Service => {
  let first: Promise<void> | undefined;
  return service(
    'sweep',
    () => {
      first = sweep.processOnce().catch((error: unknown) => logger.warn({ err: error }, 'the first sweep failed'));
      sweep.start();
    },
    async () => {
      await sweep.stop();
      await first;
    },
  );
};

/** Puts an executor together: commands from the queue of its pool, its ledger, and what it tells. */
export const createExecutorRuntime = (options: ExecutorRuntimeOptions): ExecutorRuntime => {
  const { pool, instance, bus, store, runners, logger, metrics, sweepMs, wakeMs } = options;
  const relay = new Relay({ outbox: store.outbox, publisher: bus, logger, giveWay });
  const executor = createExecutor({
    ...store.openLedger(() => relay.kick()),
    gate: options.gate,
    runners,
    compileOutputs: createCompileOutputs(),
    sealer: createSealer(options.dataKeys),
    observer: createObserver({ logger, metrics, types: new Set(runners.keys()) }),
    timing: systemTiming,
    now,
    newId,
    announceAfterMs: options.announceAfterMs,
    inContextOf,
    inTaskSpan,
  });
  registerExecutorMetrics({ metrics, ...store.counts });
  const { settleAbandonedAttempts, wakeParkedTasks } = executor;
  const sweep = { name: 'abandoned-attempts', intervalMs: sweepMs, run: settleAbandonedAttempts, logger };
  const wake = createOverlappingJob({ name: 'parked-tasks', intervalMs: wakeMs, run: wakeParkedTasks, logger });
  const handle = createHandleCommand(executor);
  const consumer = new FifoConsumer({
    source: bus,
    queue: taskQueue(pool),
    handle,
    ...options.consumer,
    logger,
    giveWay,
  });
  return {
    relay: service(
      'relay',
      () => relay.start(),
      () => relay.stop(),
    ),
    sweep: sweepService(createOverlappingJob(sweep), logger),
    wake: service(
      'wake',
      () => wake.start(),
      () => wake.stop(),
    ),
    consumer: service(
      'consumer',
      () => consumer.start(),
      () => consumer.stop(),
    ),
    announcer: createAnnouncer({ pool, instance, runners, publisher: bus, logger, now, newId }),
  };
};
