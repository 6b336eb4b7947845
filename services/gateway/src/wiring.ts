import 'reflect-metadata';
import { API_PREFIX, operations } from '@pao/contracts';
import {
  createIdentitySigner,
  createServer,
  type HttpServer,
  healthRoutes,
  type IdentitySigner,
  metricsRoute,
} from '@pao/http';
import { createMetrics, type Logger, type Metrics } from '@pao/runtime';
import { container, type DependencyContainer, type InjectionToken, instanceCachingFactory } from 'tsyringe';
import packageJson from '../package.json' with { type: 'json' };
import { documentRoutes } from './adapters/http/documents.ts';
import { createForwardCall } from './adapters/http/forward-call.ts';
import { gatewayRoutes, guarded } from './adapters/http/gateway-routes.ts';
import { runbookRoutes } from './adapters/http/runbook.ts';
import { createMemoryKeyStore } from './adapters/memory/memory-key-store.ts';
import { createMemoryRateLimits } from './adapters/memory/memory-rate-limits.ts';
import { createUndiciUpstreams } from './adapters/undici/undici-upstreams.ts';
import type { Config } from './config.ts';
import { demoUser } from './core/domain/demo-user.ts';
import { createRouteTable } from './core/domain/route-table.ts';
import type { KeyStore } from './core/ports/key-store.ts';
import type { RateLimits } from './core/ports/rate-limits.ts';
import type { Upstreams } from './core/ports/upstreams.ts';
import { type AdmitCall, createAdmitCall } from './core/use-cases/admit-call.ts';

const token = <T>(name: string): InjectionToken<T> => Symbol(name);

const tokens = {
  config: token<Config>('Config'),
  logger: token<Logger>('Logger'),
  metrics: token<Metrics>('Metrics'),
  keyStore: token<KeyStore>('KeyStore'),
  rateLimits: token<RateLimits>('RateLimits'),
  upstreams: token<Upstreams>('Upstreams'),
  signer: token<IdentitySigner>('IdentitySigner'),
  admitCall: token<AdmitCall>('AdmitCall'),
  server: token<HttpServer>('HttpServer'),
};

const createGatewayServer = (parts: DependencyContainer): HttpServer => {
  const config = parts.resolve(tokens.config);
  const logger = parts.resolve(tokens.logger);
  const metrics = parts.resolve(tokens.metrics);
  const upstreams = parts.resolve(tokens.upstreams);
  const admitCall = parts.resolve(tokens.admitCall);
  const signer = parts.resolve(tokens.signer);
  const readiness = upstreams.services.map((name) => ({ name, check: () => upstreams.checkReady(name) }));
  return createServer({
    logger,
    metrics,
    maxConnections: config.maxConnections,
    middleware: (closing) => [
      ...healthRoutes({ name: 'gateway', readiness, logger }),
      documentRoutes(packageJson.version),
      runbookRoutes(),
      guarded('readMetrics', '/metrics', admitCall),
      metricsRoute(metrics),
      gatewayRoutes({
        routes: createRouteTable(Object.values(operations), API_PREFIX),
        admitCall,
        forwardCall: createForwardCall({ upstreams, signer, closing, logger }),
      }),
    ],
  });
};

export interface GatewayParts {
  readonly server: HttpServer;
  readonly upstreams: Upstreams;
}

/** Puts the gateway together: one place that knows which adapter stands behind which port. */
export const wire = (config: Config, logger: Logger): GatewayParts => {
  const parts = container.createChildContainer();
  const register = <T>(key: InjectionToken<T>, create: (parts: DependencyContainer) => T): void => {
    parts.register(key, { useFactory: instanceCachingFactory(create) });
  };
  register(tokens.config, () => config);
  register(tokens.logger, () => logger);
  register(tokens.metrics, createMetrics);
  register(tokens.keyStore, () => createMemoryKeyStore(config.apiKeys));
  register(tokens.rateLimits, () => createMemoryRateLimits(config.rateLimit, () => performance.now()));
  register(tokens.upstreams, () =>
    createUndiciUpstreams({ urls: config.serviceUrls, timeoutMs: config.upstreamTimeoutMs }),
  );
  register(tokens.signer, () => createIdentitySigner({ privateKey: config.identityKey }));
  register(tokens.admitCall, (all) =>
    createAdmitCall({
      keys: all.resolve(tokens.keyStore),
      limits: all.resolve(tokens.rateLimits),
      demoUser: config.auth === 'demo' ? demoUser : undefined,
    }),
  );
  register(tokens.server, createGatewayServer);
  return { server: parts.resolve(tokens.server), upstreams: parts.resolve(tokens.upstreams) };
};
