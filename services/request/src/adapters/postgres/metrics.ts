import { type Database, readOutboxLag } from '@pao/postgres';
import type { Metrics } from '@pao/runtime';

const OPEN = "SELECT status, count(*) AS count FROM request_states WHERE status <> 'completed' GROUP BY status";

/** What operators watch of requests; asked at each scrape. */
export const registerRequestMetrics = (metrics: Metrics, database: Database): void => {
  metrics.gauge('pao_requests_open', 'Requests that are not completed, by status', async () => {
    const rows = await database.query<{ status: string; count: number }>({ text: OPEN });
    return rows.map(({ status, count }) => ({ labels: { status }, value: count }));
  });
  const gauge = (name: string, help: string, read: () => Promise<number>): void =>
    metrics.gauge(name, help, async () => [{ labels: {}, value: await read() }]);
  gauge('pao_outbox_waiting', 'Messages not yet published', async () => (await readOutboxLag(database)).waiting);
  gauge(
    'pao_outbox_oldest_seconds',
    'Age of the oldest of them',
    async () => (await readOutboxLag(database)).oldestSeconds,
  );
};
