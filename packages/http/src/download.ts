import { Readable } from 'node:stream';
import type { ResponseHeaders } from './errors.ts';

/** An answer that is a file, sent as it is made: no more of it is held than the client has yet to read. */
export interface Download {
  readonly file: AsyncIterable<string>;
  readonly mediaType: string;
  /** Letters, digits, `.`, `_` and `-`. */
  readonly name: string;
}

export const download = ({ file, mediaType, name }: Download): Download => {
  if (!/^[\w.-]+$/.test(name)) throw new Error(`${JSON.stringify(name)} cannot be the name of a file`);
  return { file, mediaType, name };
};

export const downloadHeaders = ({ mediaType, name }: Download): ResponseHeaders => ({
  'content-type': `${mediaType}; charset=utf-8`,
  'content-disposition': `attachment; filename="${name}"`,
  'cache-control': 'no-store, no-transform',
});

/** A source that fails breaks the answer off, so that nobody takes a part for the whole. */
export const downloadBody = ({ file }: Download): Readable =>
  Readable.from(file, { objectMode: false, highWaterMark: 64 * 1024 });
