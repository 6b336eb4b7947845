import type { Metrics } from '@pao/runtime';

export interface ExecutorMetricsOptions {
  readonly metrics: Metrics;
  readonly openAttempts: () => Promise<{ readonly running: number; readonly inDoubt: number }>;
  readonly outboxLag: () => Promise<{ readonly waiting: number; readonly oldestSeconds: number }>;
}

/** What operators watch of the executor beside its tasks; asked at each scrape. */
export const registerExecutorMetrics = ({ metrics, openAttempts, outboxLag }: ExecutorMetricsOptions): void => {
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
  const gauge = (name: string, help: string, read: () => Promise<number>): void =>
    metrics.gauge(name, help, async () => [{ labels: {}, value: await read() }]);
  gauge('pao_outbox_waiting', 'Messages not yet published', async () => (await outboxLag()).waiting);
  gauge('pao_outbox_oldest_seconds', 'Age of the oldest of them', async () => (await outboxLag()).oldestSeconds);
};
