export type { Context, Middleware } from 'koa';
export { readRawBody } from './body.ts';
export { createBodyBudget } from './body-budget.ts';
export { type Download, download } from './download.ts';
export { type ApiError, type ApiErrorOptions, apiError, type ResponseHeaders, refuse } from './errors.ts';
export { bodyFingerprint } from './fingerprint.ts';
export {
  createIdentitySigner,
  createIdentityVerifier,
  generateIdentityKeys,
  IDENTITY_HEADER,
  type Identity,
  type IdentityKeys,
  type IdentityRefusal,
  type IdentitySigner,
  type IdentityVerifier,
  type JSONWebKeySet,
  type JWK,
} from './identity.ts';
export { CORRELATION_HEADER, sendError, stateOf } from './observe.ts';
export { type Cursor, createCursor, type InvalidCursor, invalidCursor, page } from './paging.ts';
export { type Answer, type Call, type Handler, type Route, route, type Success } from './route.ts';
export {
  createHttpServer,
  createServer,
  type HttpServer,
  type HttpServerOptions,
  type ServerOptions,
} from './server.ts';
export { type EventStream, eventStream, type ServerSentEvent } from './sse.ts';
export { healthRoutes, metricsRoute, notFound, refuseMethod } from './system-routes.ts';
