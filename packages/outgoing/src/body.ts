import { isUtf8 } from 'node:buffer';
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';

/** Of an answer, sent and decoded alike. */
export const MAX_BODY = 1_048_576;

export interface DecodedBody {
  readonly text: string;
  /** It is no text: `text` is its base64. */
  readonly binary?: true;
  readonly incomplete?: 'too-large' | 'undecodable';
}

const DECODERS: { readonly [encoding: string]: (bytes: Buffer) => Buffer } = {
  gzip: (bytes) => gunzipSync(bytes, { maxOutputLength: MAX_BODY }),
  'x-gzip': (bytes) => gunzipSync(bytes, { maxOutputLength: MAX_BODY }),
  deflate: (bytes) => inflateSync(bytes, { maxOutputLength: MAX_BODY }),
  br: (bytes) => brotliDecompressSync(bytes, { maxOutputLength: MAX_BODY }),
  identity: (bytes) => bytes,
};

const isTooLarge = (thrown: unknown): boolean =>
  thrown instanceof Error && 'code' in thrown && thrown.code === 'ERR_BUFFER_TOO_LARGE';

/** What says of itself that it is text is read as such, however broken. */
const TEXTUAL = /^\s*(?:text\/|$)|charset=|[/+](?:json|xml|yaml|javascript|x-www-form-urlencoded|graphql)\b/i;

const toText = (bytes: Buffer, contentType: string): string => {
  const charset = /charset=["']?([\w-]+)/i.exec(contentType)?.[1]?.toLowerCase() ?? 'utf-8';
  if (charset === 'utf-8' || charset === 'utf8') return bytes.toString('utf8');
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    return bytes.toString('latin1');
  }
};

/**
 * The text of an answer's body, or its base64. We ask for no compression, but not every server cares; what is decoded is limited like what is
 * received.
 */
export const decodeBody = (bytes: Buffer, headers: { readonly [name: string]: string }): DecodedBody => {
  const encoding = headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
  const decode = DECODERS[encoding];
  if (decode === undefined) return { text: '', incomplete: 'undecodable' };
  try {
    const decoded = decode(bytes);
    const contentType = headers['content-type'] ?? '';
    if (!TEXTUAL.test(contentType) && !isUtf8(decoded)) return { text: decoded.toString('base64'), binary: true };
    return { text: toText(decoded, contentType) };
  } catch (thrown) {
    return { text: '', incomplete: isTooLarge(thrown) ? 'too-large' : 'undecodable' };
  }
};
