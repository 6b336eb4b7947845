import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import type { Context, Middleware } from 'koa';
import type { TakeBytes } from './body-budget.ts';
import { refuse } from './errors.ts';
import { findJsonFlaw, jsonErrorPlace, MAX_JSON_DEPTH } from './json-checks.ts';

/** Whether a request announces a body, and whether that is too large to be read at all. */
const announcedBody = (request: IncomingMessage, maxBytes: number): 'none' | 'some' | 'too-large' => {
  const length = request.headers['content-length'];
  if (length !== undefined) return Number(length) > maxBytes ? 'too-large' : Number(length) > 0 ? 'some' : 'none';
  return request.headers['transfer-encoding'] === undefined ? 'none' : 'some';
};

const refuseTooLarge = (maxBytes: number): never =>
  refuse({
    code: 'PAYLOAD_TOO_LARGE',
    message: `The body is over ${maxBytes / 1_048_576} MiB (${maxBytes} bytes).`,
  });

const JSON_TYPE = /^application\/json *(?:; *charset *= *"?utf-8"? *)?$/i;

const checkMediaType = ({ headers }: IncomingMessage): void => {
  const type = headers['content-type'] ?? '';
  if (!JSON_TYPE.test(type)) {
    refuse({
      code: 'UNSUPPORTED_MEDIA_TYPE',
      message: 'The body must be JSON: Content-Type: application/json, in UTF-8.',
    });
  }
  if ((headers['content-encoding'] ?? 'identity') !== 'identity') {
    refuse({ code: 'UNSUPPORTED_MEDIA_TYPE', message: 'The body must not be compressed.' });
  }
};

/** Loaded with the first body: it brings parsers of forms and files along, and the executor's server takes no bodies. */
const createReader = async (maxBytes: number): Promise<Middleware> => {
  const { koaBody } = await import('koa-body');
  return koaBody({
    jsonLimit: maxBytes,
    jsonStrict: false,
    jsonTypes: ['application/json'],
    text: false,
    urlencoded: false,
  });
};

/** One for each limit that an operation states. */
const readers = new Map<number, Promise<Middleware>>();

const readerFor = (maxBytes: number): Promise<Middleware> => {
  const reader = readers.get(maxBytes) ?? createReader(maxBytes);
  readers.set(maxBytes, reader);
  return reader;
};

const refuseBroken = (error: Error & { readonly body?: unknown; readonly type?: unknown }, maxBytes: number): never => {
  if (error.type === 'entity.too.large') return refuseTooLarge(maxBytes);
  if (!(error instanceof SyntaxError)) throw error;
  const text = typeof error.body === 'string' ? error.body : '';
  const forbidden = error.message.includes('prototype');
  const where = forbidden ? 'a member is named __proto__' : `not valid JSON at ${jsonErrorPlace(text)}`;
  return refuse({ code: 'INVALID_JSON', message: `The body can't be read: ${where}.` });
};

const noNext = async (): Promise<void> => undefined;

/** Parses the body into the context, and tells whether its bytes were UTF-8: koa-body replaces broken ones without a word. */
const parseInto = async (ctx: Context, maxBytes: number): Promise<boolean> => {
  const chunks: Buffer[] = [];
  const keep = (chunk: Buffer): void => {
    chunks.push(chunk);
  };
  const read = await readerFor(maxBytes);
  ctx.req.on('data', keep);
  try {
    await read(ctx, noNext);
  } catch (error) {
    return refuseBroken(error instanceof Error ? error : new Error(String(error)), maxBytes);
  } finally {
    ctx.req.off('data', keep);
  }
  return isUtf8(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks));
};

const checkValue = (value: unknown): void => {
  switch (findJsonFlaw(value)) {
    case 'too-deep':
      return refuse({ code: 'INVALID_JSON', message: `The body is nested more than ${MAX_JSON_DEPTH} levels deep.` });
    case 'nul-character':
      return refuse({ code: 'INVALID_JSON', message: 'The body has a text with a NUL character (U+0000).' });
    default:
  }
};

/**
 * The JSON value of a request's body; undefined where it has none. Throws the answer for a body of another type (415), over
 * the limit (413, without reading on) or that is not sound JSON (400).
 */
export const readBody = async (ctx: Context, maxBytes: number): Promise<unknown> => {
  const announced = announcedBody(ctx.req, maxBytes);
  if (announced === 'none') return undefined;
  if (announced === 'too-large') return refuseTooLarge(maxBytes);
  checkMediaType(ctx.req);
  const isText = await parseInto(ctx, maxBytes);
  if (!isText) return refuse({ code: 'INVALID_JSON', message: 'The body is not valid UTF-8.' });
  const value: unknown = ctx.request.body;
  // koa-body leaves the empty text of an empty chunked body as it is.
  if (value === '' || value === undefined) return undefined;
  checkValue(value);
  return value;
};

const refuseFull = (): never =>
  refuse({
    code: 'UNAVAILABLE',
    message: 'Too many large bodies at once. Try again soon.',
    headers: { 'retry-after': '5' },
  });

/**
 * The bytes of a request's body, for a caller that passes them on or judges their signature; undefined where it has none. Throws
 * the answer 413 for more than `maxBytes`, and 503 where `take` refuses, without reading on.
 */
export const readRawBody = async (
  request: IncomingMessage,
  maxBytes: number,
  take: TakeBytes = () => true,
): Promise<Buffer | undefined> => {
  const announced = announcedBody(request, maxBytes);
  if (announced === 'none') return undefined;
  if (announced === 'too-large') return refuseTooLarge(maxBytes);
  const chunks: Buffer[] = [];
  let size = 0;
  const { promise, resolve, reject } = Promise.withResolvers<'complete' | 'too-large' | 'full'>();
  const keep = (chunk: Buffer): void => {
    size += chunk.length;
    const flaw = size > maxBytes ? 'too-large' : take(chunk.length) ? undefined : 'full';
    if (flaw === undefined) return void chunks.push(chunk);
    request.off('data', keep).pause();
    resolve(flaw);
  };
  request.on('data', keep);
  request.once('end', () => resolve('complete'));
  request.once('error', reject);
  const end = await promise;
  if (end === 'too-large') return refuseTooLarge(maxBytes);
  if (end === 'full') return refuseFull();
  return chunks.length === 1 ? chunks[0] : Buffer.concat(chunks, size);
};
