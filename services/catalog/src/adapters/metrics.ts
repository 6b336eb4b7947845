import type { Metrics } from '@pao/runtime';
import type { SyncReport } from '../core/domain/sync-state.ts';

export interface CatalogMetricsOptions {
  readonly metrics: Metrics;
  readonly report: () => Promise<SyncReport>;
  /** When this process last found out what the source holds. */
  readonly checkedAt: () => Date | null;
  readonly outboxLag: () => Promise<{ readonly waiting: number; readonly oldestSeconds: number }>;
}

/** What operators watch of the catalog; asked at each scrape. */
export const registerCatalogMetrics = ({ metrics, report, checkedAt, outboxLag }: CatalogMetricsOptions): void => {
  const gauge = (name: string, help: string, read: () => Promise<number>): void =>
    metrics.gauge(name, help, async () => [{ labels: {}, value: await read() }]);
  gauge('pao_catalog_documents', 'Documents that are offered', async () => (await report()).documents);
  gauge('pao_catalog_sync_age_seconds', 'Seconds since the source was last looked at; -1 before that', async () => {
    const { completedAt } = await report();
    const last = Math.max(completedAt?.getTime() ?? 0, checkedAt()?.getTime() ?? 0);
    return last > 0 ? (Date.now() - last) / 1_000 : -1;
  });
  metrics.gauge('pao_catalog_findings', 'Findings of the last sync', async () => {
    const { findings } = await report();
    return (['error', 'warning'] as const).map((severity) => ({
      labels: { severity },
      value: findings.filter((finding) => finding.severity === severity).length,
    }));
  });
  gauge('pao_outbox_waiting', 'Messages not yet published', async () => (await outboxLag()).waiting);
  gauge('pao_outbox_oldest_seconds', 'Age of the oldest of them', async () => (await outboxLag()).oldestSeconds);
};
