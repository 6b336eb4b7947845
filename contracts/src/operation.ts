import { z } from 'zod';

export type ServiceName = 'gateway' | 'catalog' | 'request' | 'executor' | 'escalation';

/** One operation of the HTTP API. Gateway routes, service routers, the client, OpenAPI and the contract tests all read it. */
export interface Operation<
  Params extends z.ZodType = z.ZodType,
  Query extends z.ZodType = z.ZodType,
  Body extends z.ZodType = z.ZodType,
  Data extends z.ZodType = z.ZodType,
> {
  /** camelCase, unique; the method's name in clients. */
  readonly id: string;
  readonly service: ServiceName;
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Below `/api/v1`, with `{name}` for parameters. */
  readonly path: string;
  /** Older paths that answer the same. */
  readonly aliases: readonly string[];
  readonly tag:
    | 'catalog'
    | 'tools'
    | 'requests'
    | 'approvals'
    | 'audit'
    | 'escalations'
    | 'notifications'
    | 'queues'
    | 'system';
  readonly summary: string;
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  /** The status of success, and what stands under `data` then. */
  readonly status: 200 | 202;
  readonly data: Data;
  /** The answer carries `pagination`. */
  readonly paginated: boolean;
  /** The answer is a stream of server-sent events, the `data` of each shaped as `data` says. */
  readonly stream: boolean;
  /** Media types of an answer that is a file and comes as it is made; `data` then is one of its lines. */
  readonly downloads: readonly string[];
  /** Takes an `Idempotency-Key`. */
  readonly idempotent: boolean;
  /** Asks for no credentials: the caller proves itself in another way, which the operation's own service judges. */
  readonly public: boolean;
  /** Bytes a body may have. */
  readonly maxBodyBytes: number;
  /** The handler gets the body as the bytes that came, since a signature covers those. */
  readonly rawBody: boolean;
  /** Headers of the caller that the service sees beside the usual ones; lower case. */
  readonly headers: readonly string[];
  /** Other statuses of success, the same shape under `data`. */
  readonly otherStatuses: readonly (200 | 202)[];
}

export const API_PREFIX = '/api/v1';

/** The subject of the identity that public operations are called with: it has no roles and no teams. */
export const ANONYMOUS_SUBJECT = 'anonymous';

const DEFAULT_MAX_BODY_BYTES = 1_048_576;

export type ParamsOf<O extends Operation> = z.output<O['params']>;
export type QueryOf<O extends Operation> = z.output<O['query']>;
export type BodyOf<O extends Operation> = z.output<O['body']>;
export type DataOf<O extends Operation> = z.output<O['data']>;
/** What a caller gives: defaults may still be absent. */
export type QueryInput<O extends Operation> = z.input<O['query']>;
export type BodyInput<O extends Operation> = z.input<O['body']>;

type Definition<
  Params extends z.ZodType,
  Query extends z.ZodType,
  Body extends z.ZodType,
  Data extends z.ZodType,
> = Pick<Operation<Params, Query, Body, Data>, 'id' | 'service' | 'method' | 'path' | 'tag' | 'summary' | 'data'> &
  Partial<Operation<Params, Query, Body, Data>>;

const nothing = z.strictObject({});
const noBody = z.undefined();

/** Completes a definition: no parameters, query or body, status 200, one answer, unless it says otherwise. */
export const defineOperation = <
  Data extends z.ZodType,
  Params extends z.ZodType = typeof nothing,
  Query extends z.ZodType = typeof nothing,
  Body extends z.ZodType = typeof noBody,
>(
  definition: Definition<Params, Query, Body, Data>,
): Operation<Params, Query, Body, Data> =>
  // The defaults of absent parts are exactly the defaults of their type parameters, which the compiler can't see.
  ({
    aliases: [],
    params: nothing,
    query: nothing,
    body: noBody,
    status: 200,
    paginated: false,
    stream: false,
    downloads: [],
    idempotent: false,
    public: false,
    maxBodyBytes: DEFAULT_MAX_BODY_BYTES,
    rawBody: false,
    headers: [],
    otherStatuses: [],
    ...definition,
  }) as unknown as Operation<Params, Query, Body, Data>;
