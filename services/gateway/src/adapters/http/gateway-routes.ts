import {
  type ApiError,
  apiError,
  type Context,
  type Middleware,
  notFound,
  refuseMethod,
  sendError,
  stateOf,
} from '@pao/http';
import type { RouteTable } from '../../core/domain/route-table.ts';
import type { AdmitCall, Refusal } from '../../core/use-cases/admit-call.ts';
import type { ForwardCall } from './forward-call.ts';

const answerOf = (refusal: Refusal): ApiError => {
  switch (refusal.kind) {
    case 'rate-limited': {
      const seconds = String(Math.max(1, Math.ceil(refusal.retryAfterMs / 1_000)));
      return apiError({
        code: 'RATE_LIMITED',
        message: `Too many calls. Try again in ${seconds} s.`,
        headers: { 'retry-after': seconds },
      });
    }
    case 'unauthenticated':
      return apiError({
        code: 'UNAUTHENTICATED',
        message: refusal.reason,
        headers: { 'www-authenticate': 'Bearer realm="pao"' },
      });
    case 'foreign':
      return apiError({
        code: 'FORBIDDEN',
        message: `Calls without credentials are for this machine alone, and ${refusal.reason}.`,
      });
    case 'forbidden':
      return apiError({
        code: 'FORBIDDEN',
        message: `None of the caller's roles (${refusal.roles.join(', ') || 'none'}) permits this.`,
      });
    default:
      return refusal satisfies never;
  }
};

interface Wanted {
  readonly permission: string;
  readonly public: boolean;
}

const admit = (ctx: Context, wanted: Wanted, admitCall: AdmitCall) =>
  admitCall({
    ...wanted,
    authorization: ctx.req.headers.authorization,
    host: ctx.req.headers.host,
    origin: ctx.req.headers.origin,
    site: ctx.get('sec-fetch-site') || undefined,
    address: ctx.req.socket.remoteAddress ?? '',
  });

/** Lets a call pass to the next middleware only with a permission. */
export const guarded = (permission: string, path: string, admitCall: AdmitCall): Middleware => {
  return (ctx, next) => {
    if (ctx.path !== path) return next();
    const caller = admit(ctx, { permission, public: false }, admitCall);
    if (caller.ok) return next();
    return sendError(ctx, answerOf(caller.error));
  };
};

export interface GatewayRoutesOptions {
  readonly routes: RouteTable;
  readonly admitCall: AdmitCall;
  readonly forwardCall: ForwardCall;
}

/** Every operation of the API: found, admitted, forwarded. */
export const gatewayRoutes = ({ routes, admitCall, forwardCall }: GatewayRoutesOptions): Middleware => {
  return async (ctx) => {
    const match = routes.match(ctx.method, ctx.path);
    switch (match.kind) {
      case 'unknown':
        return sendError(ctx, notFound());
      case 'other-method':
        return refuseMethod(match.allowed);
      case 'found': {
        const { operation } = match;
        stateOf(ctx).operation = operation.id;
        const caller = admit(ctx, { permission: operation.id, public: operation.public }, admitCall);
        if (!caller.ok) return sendError(ctx, answerOf(caller.error));
        return forwardCall(ctx, operation, caller.value);
      }
      default:
        return match satisfies never;
    }
  };
};
