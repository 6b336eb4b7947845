import { type Clock, type NewId, TransientError } from '@pao/kernel';
import type { Hold } from '../domain/attempt.ts';
import { evidenceOf } from '../domain/ending.ts';
import { fitOutputs } from '../domain/outputs.ts';
import { storable } from '../domain/storable.ts';
import type { TaskCommand } from '../domain/task-command.ts';
import { endedEvent } from '../domain/task-events.ts';
import { logEnd, type TaskLog } from '../domain/task-log.ts';
import type { Ending } from '../domain/verdict.ts';
import type { AttemptLedger } from '../ports/attempt-ledger.ts';
import type { ReadOutputs } from '../ports/output-expressions.ts';
import type { TaskObserver } from '../ports/task-observer.ts';
import type { Timing } from '../ports/timing.ts';

interface EndRequest {
  readonly command: TaskCommand;
  readonly hold: Hold;
  /** When the hold was asked for, on the scale of `timing.elapsed()`. */
  readonly heldSince: number;
  readonly ending: Ending;
  readonly tries: number;
  readonly log: TaskLog;
  readonly readOutputs?: ReadOutputs;
}

export type RecordEnd = (request: EndRequest) => Promise<void>;

export interface RecordEndDependencies {
  readonly ledger: AttemptLedger;
  readonly observer: TaskObserver;
  readonly timing: Timing;
  readonly now: Clock;
  readonly newId: NewId;
}

const outputsOf = (ending: Ending, readOutputs: ReadOutputs | undefined) => {
  if (ending.kind !== 'ok') return { outputs: {}, notes: {} };
  const read = readOutputs?.(ending.result) ?? { outputs: {}, failed: [] };
  const { outputs, dropped } = fitOutputs(storable({ ...ending.offered, ...read.outputs }));
  const notes = {
    ...(read.failed.length > 0 && { outputsNotEvaluated: read.failed }),
    ...(dropped.length > 0 && { outputsTooLarge: dropped }),
  };
  return { outputs, notes };
};

/** Records how an attempt ended, together with the event that tells it. */
export const createRecordEnd = ({ ledger, observer, timing, now, newId }: RecordEndDependencies): RecordEnd => {
  /** What is in hand is worth more than a quick answer: while the lease lasts, nobody else can know the end. */
  const persist = async (
    request: EndRequest,
    record: () => Promise<'recorded' | 'late'>,
  ): Promise<'recorded' | 'late'> => {
    const until = request.heldSince + request.hold.leaseMs;
    for (let failures = 0; ; failures += 1) {
      try {
        return await record();
      } catch (thrown) {
        const pause = Math.min(100 * 2 ** failures, 2_000) * (0.5 + timing.random() / 2);
        if (!(thrown instanceof TransientError) || timing.elapsed() + pause > until) throw thrown;
        await timing.sleep(pause);
      }
    }
  };

  return async (request) => {
    const { command, hold, ending, tries, log, readOutputs } = request;
    const { outputs, notes } = outputsOf(ending, readOutputs);
    const at = new Date(Math.max(now().getTime(), hold.startedAt.getTime()));
    logEnd(log, ending, outputs);
    const moment = { id: newId(), startedAt: hold.startedAt, at, log: log.take() };
    const event = endedEvent(command, ending, outputs, moment);
    const end = {
      outcome: ending.kind,
      code: ending.kind === 'ok' ? undefined : ending.failure.code,
      evidence: storable({ ...evidenceOf(ending), ...notes }),
      externalRef: ending.kind === 'ok' ? ending.externalRef : undefined,
      tries,
    };
    const recorded = await persist(request, () => ledger.finish(hold, end, event));
    const report = { command, ending, tookMs: timing.elapsed() - request.heldSince };
    if (recorded === 'recorded') observer.ended(report);
    else observer.cameLate(report);
  };
};
