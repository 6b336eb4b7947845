import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { checkReadiness, type Logger, type Metrics, type ReadinessCheck, type Service } from '@pao/runtime';

export interface HealthServerOptions {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  readonly readiness: readonly ReadinessCheck[];
  readonly metrics: Metrics;
  readonly logger: Logger;
}

interface Answer {
  readonly status: number;
  readonly type?: string;
  readonly body: string;
}

const json = (status: number, data: unknown): Answer => ({ status, body: JSON.stringify(data) });

const answerTo = async (path: string, { readiness, metrics, logger }: HealthServerOptions): Promise<Answer> => {
  if (path === '/api/v1/health') return json(200, { data: { status: 'live', service: 'executor' } });
  if (path === '/metrics')
    return { status: 200, type: 'text/plain; version=0.0.4; charset=utf-8', body: await metrics.render() };
  if (path !== '/api/v1/health/ready')
    return json(404, { error: { code: 'NOT_FOUND', message: 'There is nothing at this path.' } });
  const { ready, checks } = await checkReadiness(readiness);
  if (ready) return json(200, { data: { status: 'ready', service: 'executor' } });
  // Reasons name hosts and ports; anyone may ask here, so they stay in the log.
  logger.warn({ missing: checks.filter(({ ok }) => !ok) }, 'not ready');
  return json(503, { error: { code: 'UNAVAILABLE', message: 'executor is not ready.' } });
};

/** `GET /api/v1/health`, `/api/v1/health/ready` and `/metrics`, and nothing else. */
export const createHealthService = (options: HealthServerOptions): Service => {
  const { host, port, logger } = options;
  let server: Server | undefined;
  return {
    name: 'server',
    start: async () => {
      server = createServer((request, response) => {
        const path = URL.parse(request.url ?? '', 'http://executor')?.pathname ?? '';
        const isRead = request.method === 'GET' || request.method === 'HEAD';
        const answering = isRead
          ? answerTo(path, options)
          : Promise.resolve(json(405, { error: { code: 'METHOD_NOT_ALLOWED' } }));
        answering
          .catch((error: unknown) => {
            logger.error({ err: error }, 'could not answer');
            return json(500, { error: { code: 'INTERNAL' } });
          })
          .then(({ status, type = 'application/json; charset=utf-8', body }) => {
            response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(body);
          })
          .catch((error: unknown) => logger.warn({ err: error }, 'could not answer'));
      });
      const listening = Promise.withResolvers<void>();
      server.once('error', listening.reject);
      server.listen(port, host, listening.resolve);
      await listening.promise;
      logger.info({ host, port: (server.address() as AddressInfo).port }, 'listening');
    },
    stop: async () => {
      const closing = server;
      if (closing === undefined) return;
      server = undefined;
      const closed = Promise.withResolvers<void>();
      closing.close(() => closed.resolve());
      closing.closeAllConnections();
      await closed.promise;
    },
  };
};
