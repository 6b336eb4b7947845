import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import type { Context } from 'koa';
import { koaBody } from 'koa-body';
import { refuse } from './errors.ts';
import { findJsonFlaw, jsonErrorPlace, MAX_JSON_DEPTH } from './json-checks.ts';

const MAX_BODY_BYTES = 1_048_576;

/** Whether a request announces a body, and whether that is too large to be read at all. */
const announcedBody = (request: IncomingMessage): 'none' | 'some' | 'too-large' => {
  const length = request.headers['content-length'];
  if (length !== undefined) return Number(length) > MAX_BODY_BYTES ? 'too-large' : Number(length) > 0 ? 'some' : 'none';
  return request.headers['transfer-encoding'] === undefined ? 'none' : 'some';
};

const refuseTooLarge = (): never =>
  refuse({ code: 'PAYLOAD_TOO_LARGE', message: 'The body is over 1 MiB (1048576 bytes).' });

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

const readJson = koaBody({
  jsonLimit: MAX_BODY_BYTES,
  jsonStrict: false,
  jsonTypes: ['application/json'],
  text: false,
  urlencoded: false,
});

const refuseBroken = (error: Error & { readonly body?: unknown; readonly type?: unknown }): never => {
  if (error.type === 'entity.too.large') return refuseTooLarge();
  if (!(error instanceof SyntaxError)) throw error;
  const text = typeof error.body === 'string' ? error.body : '';
  const forbidden = error.message.includes('prototype');
  const where = forbidden ? 'a member is named __proto__' : `not valid JSON at ${jsonErrorPlace(text)}`;
  return refuse({ code: 'INVALID_JSON', message: `The body can't be read: ${where}.` });
};

const noNext = async (): Promise<void> => undefined;

/** Parses the body into the context, and tells whether its bytes were UTF-8: koa-body replaces broken ones without a word. */
const parseInto = async (ctx: Context): Promise<boolean> => {
  const chunks: Buffer[] = [];
  const keep = (chunk: Buffer): void => {
    chunks.push(chunk);
  };
  ctx.req.on('data', keep);
  try {
    await readJson(ctx, noNext);
  } catch (error) {
    return refuseBroken(error instanceof Error ? error : new Error(String(error)));
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
 * 1 MiB (413, without reading on) or that is not sound JSON (400).
 */
export const readBody = async (ctx: Context): Promise<unknown> => {
  const announced = announcedBody(ctx.req);
  if (announced === 'none') return undefined;
  if (announced === 'too-large') return refuseTooLarge();
  checkMediaType(ctx.req);
  const isText = await parseInto(ctx);
  if (!isText) return refuse({ code: 'INVALID_JSON', message: 'The body is not valid UTF-8.' });
  const value: unknown = ctx.request.body;
  // koa-body leaves the empty text of an empty chunked body as it is.
  if (value === '' || value === undefined) return undefined;
  checkValue(value);
  return value;
};

/**
 * The bytes of a request's body, for a caller that passes them on or signs them; undefined where it has none. Throws the answer
 * 413 for more than 1 MiB, without reading on.
 */
export const readRawBody = async (request: IncomingMessage): Promise<Buffer | undefined> => {
  const announced = announcedBody(request);
  if (announced === 'none') return undefined;
  if (announced === 'too-large') return refuseTooLarge();
  const chunks: Buffer[] = [];
  let size = 0;
  const { promise, resolve, reject } = Promise.withResolvers<'complete' | 'too-large'>();
  const keep = (chunk: Buffer): void => {
    size += chunk.length;
    if (size <= MAX_BODY_BYTES) chunks.push(chunk);
    else {
      request.off('data', keep).pause();
      resolve('too-large');
    }
  };
  request.on('data', keep);
  request.once('end', () => resolve('complete'));
  request.once('error', reject);
  if ((await promise) === 'too-large') return refuseTooLarge();
  return chunks.length === 1 ? chunks[0] : Buffer.concat(chunks, size);
};
