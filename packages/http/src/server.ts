import { createServer as createNodeServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { NewId } from '@pao/kernel';
import { createMetrics, type Logger, type Metrics, newId as newRequestId, type ReadinessCheck } from '@pao/runtime';
import Koa, { type Middleware } from 'koa';
import { answerClientError } from './client-error.ts';
import { dispatch } from './dispatch.ts';
import type { IdentityVerifier } from './identity.ts';
import { observe } from './observe.ts';
import type { Route } from './route.ts';
import { healthRoutes, metricsRoute } from './system-routes.ts';

export interface HttpServer {
  /** Port 0 lets the system choose; the answer says which it is. */
  listen(address: { readonly host: string; readonly port: number }): Promise<{ readonly port: number }>;
  /** Takes no new calls, ends the streams, lets the calls under way finish (10 s). Safe to call twice, and before `listen`. */
  close(): Promise<void>;
}

export interface ServerOptions {
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly newId?: NewId;
  readonly maxConnections?: number;
  /** What answers the calls, inside the envelope. `closing` is aborted when the server stops. */
  readonly middleware: (closing: AbortSignal) => readonly Middleware[];
}

const LIMITS = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 2_000,
  maxHeaderSize: 16_384,
  // Longer than clients keep an idle connection, so that it is never they who write into one just closed.
  keepAliveTimeout: 65_000,
};

const CLOSE_MS = 10_000;

const close = async (server: Server): Promise<void> => {
  if (!server.listening) return;
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  // A connection that finishes its call after close() becomes idle, and would be kept for the next one.
  const sweep = setInterval(() => server.closeIdleConnections(), 25);
  const overdue = setTimeout(() => server.closeAllConnections(), CLOSE_MS);
  await closed;
  clearInterval(sweep);
  clearTimeout(overdue);
};

/** A koa application with limits, timeouts and the error envelope around the given middleware. */
export const createServer = (options: ServerOptions): HttpServer => {
  const { logger, maxConnections = 10_000, newId = newRequestId } = options;
  const closing = new AbortController();
  const app = new Koa();
  app.use(observe({ logger, metrics: options.metrics, newId, closing: closing.signal }));
  for (const middleware of options.middleware(closing.signal)) app.use(middleware);
  // Only what breaks after the head was sent comes here: mostly clients that went away.
  app.on('error', (error: Error) => logger.debug({ err: error }, 'an answer was cut off'));
  const server = createNodeServer(LIMITS, app.callback());
  server.maxConnections = maxConnections;
  server.on('clientError', answerClientError);
  return {
    listen: ({ host, port }) =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen({ host, port }, () => {
          server.off('error', reject);
          resolve({ port: (server.address() as AddressInfo).port });
        });
      }),
    close: () => {
      closing.abort();
      return close(server);
    },
  };
};

export interface HttpServerOptions {
  /** The service's name, as health and logs say it. */
  readonly name: string;
  readonly logger: Logger;
  readonly routes: readonly Route[];
  readonly identity: IdentityVerifier;
  readonly readiness: readonly ReadinessCheck[];
  readonly metrics?: Metrics;
  readonly newId?: NewId;
  readonly maxConnections?: number;
  /** Milliseconds of quiet after which a stream sends a comment. */
  readonly heartbeatMs?: number;
}

/** The HTTP side of a service: its routes behind the gateway's identity, health, readiness and metrics. */
export const createHttpServer = (options: HttpServerOptions): HttpServer => {
  const { routes, identity, heartbeatMs = 15_000, metrics = createMetrics() } = options;
  return createServer({
    ...options,
    metrics,
    middleware: (closing) => [
      ...healthRoutes(options),
      metricsRoute(metrics),
      ...dispatch(routes, { identity, closing, heartbeatMs }),
    ],
  });
};
