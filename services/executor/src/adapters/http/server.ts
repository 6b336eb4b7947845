import { createServer, type HttpServer, healthRoutes, metricsRoute, notFound, sendError } from '@pao/http';
import type { Logger, Metrics, ReadinessCheck } from '@pao/runtime';

export interface HealthServerOptions {
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly readiness: readonly ReadinessCheck[];
}

/** Health, readiness and metrics: the executor takes its work from the bus alone. */
export const createHealthServer = ({ logger, metrics, readiness }: HealthServerOptions): HttpServer =>
  createServer({
    logger,
    metrics,
    middleware: () => [
      ...healthRoutes({ name: 'executor', readiness, logger }),
      metricsRoute(metrics),
      (ctx) => sendError(ctx, notFound()),
    ],
  });
