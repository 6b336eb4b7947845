import type { IncomingHttpHeaders } from 'node:http';
import type { BodyOf, DataOf, Operation, Pagination, ParamsOf, QueryOf } from '@pao/contracts';
import type { Download } from './download.ts';
import type { ApiError, ResponseHeaders } from './errors.ts';
import type { Identity } from './identity.ts';
import type { EventStream } from './sse.ts';

/** One call of an operation, checked against its contract. */
export interface Call<O extends Operation> {
  readonly params: ParamsOf<O>;
  readonly query: QueryOf<O>;
  readonly body: BodyOf<O>;
  readonly identity: Identity;
  /** Absent where the caller gave none, or the operation takes none. */
  readonly idempotencyKey: string | undefined;
  /** Where a stream is to be resumed: the id of the last event the client has. */
  readonly lastEventId: string | undefined;
  readonly correlationId: string;
  /** Aborted when the client has gone away, and for streams when the server stops. */
  readonly signal: AbortSignal;
  readonly headers: IncomingHttpHeaders;
}

export interface Success<Data> {
  /** The operation's status when absent. */
  readonly status?: number;
  readonly data: Data;
  readonly pagination?: Pagination;
  /** A GET with an `etag` among them answers 304 where the client has it already. */
  readonly headers?: ResponseHeaders;
}

export type Answer<O extends Operation> = Success<DataOf<O>> | EventStream<DataOf<O>> | Download | ApiError;

export type Handler<O extends Operation> = (call: Call<O>) => Promise<Answer<O>> | Answer<O>;

/** An operation of the contracts and what answers it. */
export interface Route {
  readonly operation: Operation;
  handle(call: Call<Operation>): Promise<Answer<Operation>> | Answer<Operation>;
}

/**
 * Binds a handler to its operation. A handler returns its failures as `apiError(…)`; a `TransientError` it throws is answered 503,
 * anything else it throws 500.
 */
export const route = <O extends Operation>(operation: O, handle: Handler<O>): Route => ({ operation, handle });
