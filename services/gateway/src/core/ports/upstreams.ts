import type { ServiceName } from '@pao/contracts';
import type { Result } from '@pao/kernel';

export type Upstream = Exclude<ServiceName, 'gateway'>;

export interface UpstreamCall {
  readonly method: string;
  /** Path and query as they came. */
  readonly target: string;
  /** Names and values in turn. */
  readonly headers: readonly string[];
  readonly body: Uint8Array | undefined;
  /** The answer may be quiet for long. */
  readonly stream: boolean;
  /** Ends a streamed answer. */
  readonly closing: AbortSignal;
}

/** Where an answer is written, as it comes. */
export interface AnswerSink {
  head(status: number, headers: Readonly<Record<string, string | readonly string[] | undefined>>): void;
  /** False: wait for `onDrain` before the next. */
  write(chunk: Uint8Array): boolean;
  end(chunk?: Uint8Array): void;
  /** The answer can't be completed. */
  cut(): void;
  onDrain(resume: () => void): void;
  onGone(stop: () => void): void;
}

/** Why there is no answer. `sent` tells whether the service may have acted on the call. */
export interface UpstreamFailure {
  readonly kind: 'unreachable' | 'broken-off' | 'timeout';
  readonly sent: boolean;
  readonly reason: string;
}

/** The services behind the gateway. */
export interface Upstreams {
  /** Sends a call once, never again. Resolves when the answer is complete, or has begun and is streamed on into the sink. */
  forward(service: Upstream, call: UpstreamCall, sink: AnswerSink): Promise<Result<void, UpstreamFailure>>;
  /** Rejects unless the service says that it is ready. */
  checkReady(service: Upstream): Promise<void>;
  readonly services: readonly Upstream[];
  close(): Promise<void>;
}
