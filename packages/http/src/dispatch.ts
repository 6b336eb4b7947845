import Router from '@koa/router';
import { ANONYMOUS_SUBJECT, API_PREFIX, type Operation } from '@pao/contracts';
import { isJsonObject } from '@pao/kernel';
import type { Context, Middleware } from 'koa';
import { z } from 'zod';
import { readBody, readRawBody } from './body.ts';
import { type Download, downloadBody, downloadHeaders } from './download.ts';
import { type ApiError, refuse } from './errors.ts';
import { readIdempotencyKey } from './idempotency-key.ts';
import { IDENTITY_HEADER, type Identity, type IdentityVerifier } from './identity.ts';
import { sendError, stateOf } from './observe.ts';
import type { Answer, Call, Route, Success } from './route.ts';
import { EVENT_STREAM_HEADERS, type EventStream, eventStreamBody } from './sse.ts';
import { notFound, refuseMethod } from './system-routes.ts';
import { parsePart, readQuery } from './validation.ts';

export interface DispatchOptions {
  readonly identity: IdentityVerifier;
  /** Aborted when the server stops taking calls. */
  readonly closing: AbortSignal;
  readonly heartbeatMs: number;
}

/** Public operations come through the gateway too, which signs who could not be known: nobody who may do anything else. */
const authenticate = async (ctx: Context, operation: Operation, verifier: IdentityVerifier): Promise<Identity> => {
  const token = ctx.req.headers[IDENTITY_HEADER];
  const verified = typeof token === 'string' ? await verifier.verify(token) : undefined;
  if (verified?.ok && (operation.public || verified.value.subject !== ANONYMOUS_SUBJECT)) return verified.value;
  return refuse({
    code: 'UNAUTHENTICATED',
    message: 'The call carries no valid identity; it must come through the gateway.',
  });
};

/** The signal exists once somebody asks for it: most handlers never do. */
const lazySignal = (ctx: Context, closing: AbortSignal | undefined): (() => AbortSignal) => {
  let signal: AbortSignal | undefined;
  return () => {
    if (signal) return signal;
    const gone = new AbortController();
    if (ctx.res.destroyed) gone.abort();
    else ctx.res.once('close', () => gone.abort());
    signal = closing ? AbortSignal.any([gone.signal, closing]) : gone.signal;
    return signal;
  };
};

/** The body; for an operation that takes none, an empty object counts as none, since many clients always send one. */
const bodyOf = async (ctx: Context, { body, rawBody, maxBodyBytes }: Operation): Promise<unknown> => {
  if (rawBody) return (await readRawBody(ctx.req, maxBodyBytes)) ?? Buffer.alloc(0);
  const value = await readBody(ctx, maxBodyBytes);
  return body instanceof z.ZodUndefined && isJsonObject(value) && Object.keys(value).length === 0 ? undefined : value;
};

const readCall = async (ctx: Context, operation: Operation, options: DispatchOptions): Promise<Call<Operation>> => {
  const identity = await authenticate(ctx, operation, options.identity);
  const params = parsePart('path', operation.params, ctx.params);
  const query = parsePart('query', operation.query, readQuery(ctx.querystring));
  const idempotencyKey = operation.idempotent ? readIdempotencyKey(ctx.req.headers['idempotency-key']) : undefined;
  const body = operation.method === 'GET' ? undefined : parsePart('body', operation.body, await bodyOf(ctx, operation));
  const signal = lazySignal(ctx, operation.stream ? options.closing : undefined);
  return {
    params,
    query,
    body,
    identity,
    idempotencyKey,
    lastEventId: ctx.req.headers['last-event-id']?.toString() || undefined,
    correlationId: stateOf(ctx).correlationId,
    headers: ctx.req.headers,
    get signal() {
      return signal();
    },
  };
};

/** Weak comparison (RFC 9110 §13.1.2). */
const hasAlready = (ctx: Context, etag: string): boolean => {
  const strong = etag.replace(/^W\//, '');
  const given = ctx.req.headers['if-none-match']?.split(',') ?? [];
  return given.some((tag) => tag.trim() === '*' || tag.trim().replace(/^W\//, '') === strong);
};

const sendSuccess = (
  ctx: Context,
  operation: Operation,
  { status, data, pagination, headers }: Success<unknown>,
): void => {
  ctx.status = status ?? operation.status;
  ctx.set({ 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store', ...headers });
  if (headers?.etag !== undefined && operation.method === 'GET' && hasAlready(ctx, headers.etag)) {
    ctx.status = 304;
    return;
  }
  ctx.body = JSON.stringify(pagination ? { data, pagination } : { data });
};

const sendStream = (ctx: Context, stream: EventStream<unknown>, signal: AbortSignal, heartbeatMs: number): void => {
  ctx.status = 200;
  ctx.set(EVENT_STREAM_HEADERS);
  ctx.body = eventStreamBody(stream, { heartbeatMs, signal });
};

const sendDownload = (ctx: Context, file: Download): void => {
  ctx.status = 200;
  ctx.set(downloadHeaders(file));
  ctx.body = downloadBody(file);
};

const isError = (answer: Answer<Operation>): answer is ApiError => 'error' in answer;

const answerRoute = ({ operation, handle }: Route, options: DispatchOptions): Middleware => {
  return async (ctx) => {
    stateOf(ctx).operation = operation.id;
    const call = await readCall(ctx, operation, options);
    const answer = await handle(call);
    if (isError(answer)) return sendError(ctx, answer);
    if ('events' in answer) return sendStream(ctx, answer, call.signal, options.heartbeatMs);
    if ('file' in answer) return sendDownload(ctx, answer);
    return sendSuccess(ctx, operation, answer);
  };
};

const koaPath = (path: string): string => API_PREFIX + path.replaceAll(/\{(\w+)\}/g, ':$1');

/** Finds the route of a call, in the order they are given, and answers it; 405 and 404 where there is none. */
export const dispatch = (routes: readonly Route[], options: DispatchOptions): readonly Middleware[] => {
  const router = new Router({ sensitive: true, strict: true });
  for (const route of routes) {
    const { operation } = route;
    const paths = [operation.path, ...operation.aliases].map(koaPath);
    router.register(
      paths,
      operation.method === 'GET' ? ['GET', 'HEAD'] : [operation.method],
      answerRoute(route, options),
    );
  }
  const unmatched: Middleware = (ctx) => {
    const matched = router.match(ctx.path, ctx.method).path;
    if (matched.length > 0) refuseMethod([...new Set(matched.flatMap((layer) => layer.methods))]);
    sendError(ctx, notFound());
  };
  return [router.routes() as Middleware, unmatched];
};
