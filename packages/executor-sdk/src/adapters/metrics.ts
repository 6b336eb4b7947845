import type { Metrics } from '@pao/runtime';
import type { ParkedCounts } from './postgres/count-parked.ts';

export interface ExecutorMetricsOptions {
  readonly metrics: Metrics;
  readonly openAttempts: () => Promise<{ readonly running: number; readonly inDoubt: number }>;
  readonly parkedTasks: () => Promise<ParkedCounts>;
  readonly outboxLag: () => Promise<{ readonly waiting: number; readonly oldestSeconds: number }>;
}

/** What operators watch of the executor beside its tasks; asked at each scrape. */
export const registerExecutorMetrics = ({
  metrics,
  openAttempts,
  parkedTasks,
  outboxLag,
}: ExecutorMetricsOptions): void => {
  metrics.gauge(
    'pao_attempts_open',
    'Attempts without an end: running, or in doubt since their lease is over',
    async () => {
      const { running, inDoubt } = await openAttempts();
      return [
        { labels: { state: 'running' }, value: running },
        { labels: { state: 'in-doubt' }, value: inDoubt },
      ];
    },
  );
  metrics.gauge('pao_tasks_parked', 'Tasks that wait and hold no worker, by what for', async () => {
    const { overdueSeconds: _overdue, ...kinds } = await parkedTasks();
    return Object.entries(kinds).map(([kind, value]) => ({ labels: { kind }, value }));
  });
  const gauge = (name: string, help: string, read: () => Promise<number>): void =>
    metrics.gauge(name, help, async () => [{ labels: {}, value: await read() }]);
  gauge('pao_outbox_waiting', 'Messages not yet published', async () => (await outboxLag()).waiting);
  gauge('pao_outbox_oldest_seconds', 'Age of the oldest of them', async () => (await outboxLag()).oldestSeconds);
  gauge(
    'pao_parked_overdue_seconds',
    'How long the most overdue of the parked tasks should have been looked at',
    async () => {
      const { overdueSeconds } = await parkedTasks();
      return overdueSeconds;
    },
  );
};
