import { Readable } from 'node:stream';

export interface ServerSentEvent<Data> {
  /** What a client gives back as `Last-Event-ID`; no line breaks. */
  readonly id?: string;
  readonly event?: string;
  /** Without it nobody is told anything, but a client that lost its stream goes on from this id. */
  readonly data?: Data;
}

/** An answer that stays open. Events are taken one at a time, as fast as the client reads them. */
export interface EventStream<Data> {
  readonly events: AsyncIterable<ServerSentEvent<Data>>;
}

export const eventStream = <Data>(events: AsyncIterable<ServerSentEvent<Data>>): EventStream<Data> => ({ events });

export const EVENT_STREAM_HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store, no-transform',
  'x-accel-buffering': 'no',
};

/** Milliseconds after which a client that lost its stream asks again. */
const RETRY_MS = 1_000;

const LINE_BREAKS = /[\r\n\0]/g;

const field = (name: string, text: string): string => `${name}: ${text.replace(LINE_BREAKS, ' ')}\n`;

/** What many clients are told is one object, and made into text once. */
const texts = new WeakMap<object, string>();

const frame = (event: ServerSentEvent<unknown>): string => {
  const known = texts.get(event);
  if (known !== undefined) return known;
  const text = textOf(event);
  texts.set(event, text);
  return text;
};

const textOf = ({ id, event, data }: ServerSentEvent<unknown>): string => {
  const head = `${id === undefined ? '' : field('id', id)}${event === undefined ? '' : field('event', event)}`;
  return data === undefined ? `${head}\n` : `${head}data: ${JSON.stringify(data)}\n\n`;
};

type Step = { readonly kind: 'next'; readonly result: IteratorResult<ServerSentEvent<unknown>> } | 'heartbeat' | 'end';

export interface FrameOptions {
  readonly heartbeatMs: number;
  /** Ends the stream. */
  readonly signal: AbortSignal;
}

/** The text of the stream: a retry hint at once, then events as they come and a comment whenever it was quiet for too long. */
async function* frames(events: AsyncIterable<ServerSentEvent<unknown>>, { heartbeatMs, signal }: FrameOptions) {
  const ended = Promise.withResolvers<Step>();
  const onAbort = (): void => ended.resolve('end');
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  const source = events[Symbol.asyncIterator]();
  yield `retry: ${RETRY_MS}\n\n`;
  let pending: Promise<Step> | undefined;
  try {
    for (;;) {
      pending ??= source.next().then((result): Step => ({ kind: 'next', result }));
      const quiet = Promise.withResolvers<Step>();
      const timer = setTimeout(() => quiet.resolve('heartbeat'), heartbeatMs);
      const step = await Promise.race([pending, ended.promise, quiet.promise]).finally(() => clearTimeout(timer));
      if (step === 'end') return;
      if (step === 'heartbeat') {
        yield ': \n\n';
        continue;
      }
      pending = undefined;
      if (step.result.done) return;
      yield frame(step.result.value);
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
    pending?.catch(() => undefined);
    // Not awaited: a source that is still asked for its next event only ends after that answer.
    void source.return?.()?.catch(() => undefined);
  }
}

/** The stream as a body. The high-water mark is small, so that a client that doesn't read stops the source. */
export const eventStreamBody = ({ events }: EventStream<unknown>, options: FrameOptions): Readable =>
  Readable.from(frames(events, options), { objectMode: false, highWaterMark: 16 * 1024 });
