import { trace } from '@opentelemetry/api';
import type { Logger, Metrics } from '@pao/runtime';
import { attemptName } from '../core/domain/attempt.ts';
import type { TaskCommand } from '../core/domain/task-command.ts';
import type { EndReport, TaskObserver } from '../core/ports/task-observer.ts';

export interface ObserverOptions {
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** The action types served: the only ones metrics name. */
  readonly types: ReadonlySet<string>;
}

const about = ({ requestId, taskId, generation, action }: TaskCommand) => ({
  request_id: requestId,
  task_id: taskId,
  generation,
  action_type: action.type,
});

const endOf = ({ command, ending, tookMs }: EndReport) => ({
  ...about(command),
  outcome: ending.kind,
  ...(ending.kind !== 'ok' && { code: ending.failure.code }),
  took_ms: Math.round(tookMs),
});

/** Logs, metrics and span attributes of what becomes of tasks. Configurations, headers and answers appear in none of them. */
export const createObserver = ({ logger, metrics, types }: ObserverOptions): TaskObserver => {
  const ended = metrics.counter('pao_tasks_ended_total', 'Tasks by action type and how they ended');
  const seconds = metrics.histogram('pao_task_seconds', 'Seconds from START to FINISH, by action type');
  const late = metrics.counter('pao_late_results_total', 'Results that came after somebody else had taken over');
  return {
    ended: (report) => {
      const { command, ending, tookMs } = report;
      const type = types.has(command.action.type) ? command.action.type : 'unknown';
      ended.increment({ type, outcome: ending.kind });
      seconds.observe({ type }, tookMs / 1_000);
      trace.getActiveSpan()?.setAttributes({
        'pao.task.id': command.taskId,
        'pao.task.generation': command.generation,
        'pao.action.type': command.action.type,
        'pao.task.outcome': ending.kind,
      });
      if (ending.kind === 'ok') logger.debug(endOf(report), 'task succeeded');
      else if (ending.kind === 'unknown') logger.error(endOf(report), 'nobody knows whether the effect happened');
      else logger.warn(endOf(report), 'task failed');
    },
    cameLate: (report) => {
      late.increment();
      logger.warn(endOf(report), 'a result came after the lease was lost; kept as evidence');
    },
    superseded: (command) => logger.warn(about(command), 'dropped a command of a generation that is over'),
    cancelled: ({ requestId, taskId, generation }, outcome) => {
      const task = { request_id: requestId, task_id: taskId, generation };
      if (outcome === 'parked') logger.info(task, 'task cancelled while it was waiting');
      else if (outcome === 'cancelled') logger.info(task, 'task cancelled before it had started');
      else logger.info(task, 'a task that is to be cancelled has started; it is left to end');
    },
    parked: (command, { kind }) => logger.debug({ ...about(command), waits_for: kind }, 'task waits'),
    answered: ({ requestId, taskId, generation }, outcome) => {
      const task = { request_id: requestId, task_id: taskId, generation };
      if (outcome === 'not-waiting') logger.info(task, 'dropped an answer that the task does not wait for');
      else logger.debug({ ...task, outcome }, 'an answer for a task has come');
    },
    tookOver: (key) => logger.warn({ attempt: attemptName(key) }, 'took over an attempt whose process is gone'),
    troubled: (what, reason) => logger.warn({ err: reason }, what),
  };
};
