import { checkReadiness, type Logger, type Metrics, type ReadinessCheck } from '@pao/runtime';
import type { Context, Middleware } from 'koa';
import { apiError, refuse } from './errors.ts';
import { stateOf } from './observe.ts';

/** `get` answers one path; other methods on it are refused. */
const at = (path: string, operation: string, get: (ctx: Context) => Promise<void>): Middleware => {
  return async (ctx, next) => {
    if (ctx.path !== path) return next();
    stateOf(ctx).operation = operation;
    if (ctx.method !== 'GET' && ctx.method !== 'HEAD') refuseMethod(['GET', 'HEAD']);
    ctx.set('cache-control', 'no-store');
    return get(ctx);
  };
};

export const refuseMethod = (allowed: readonly string[]): never =>
  refuse({
    code: 'METHOD_NOT_ALLOWED',
    message: `This path answers ${allowed.join(', ')} only.`,
    headers: { allow: allowed.join(', ') },
  });

export interface HealthOptions {
  readonly name: string;
  readonly readiness: readonly ReadinessCheck[];
  readonly logger: Logger;
}

/** `GET /api/v1/health`: the process answers. `GET /api/v1/health/ready`: so do the parts it needs, or 503. */
export const healthRoutes = ({ name, readiness, logger }: HealthOptions): readonly Middleware[] => [
  at('/api/v1/health', 'health', async (ctx) => {
    ctx.body = { data: { status: 'live', service: name } };
  }),
  at('/api/v1/health/ready', 'ready', async (ctx) => {
    const { ready, checks } = await checkReadiness(readiness);
    if (ready) {
      ctx.body = { data: { status: 'ready', service: name, checks: checks.map((check) => ({ name: check.name })) } };
      return;
    }
    const missing = checks.filter(({ ok }) => !ok);
    // Reasons name hosts and ports; anyone may ask here, so they stay in the log.
    logger.warn({ missing }, 'not ready');
    refuse({
      code: 'UNAVAILABLE',
      message: `${name} is not ready.`,
      details: missing.map((check) => ({ field: check.name, issue: 'is not ready' })),
    });
  }),
];

/** `GET /metrics`, in Prometheus's text form. */
export const metricsRoute = (metrics: Metrics): Middleware =>
  at('/metrics', 'metrics', async (ctx) => {
    ctx.set('content-type', 'text/plain; version=0.0.4; charset=utf-8');
    ctx.body = await metrics.render();
  });

export const notFound = () => apiError({ code: 'NOT_FOUND', message: 'There is nothing at this path.' });
