import { type Bus, createMemoryBus, createTopology } from '@pao/bus';
import {
  catalogItemPublishedV1,
  catalogSyncCompletedV1,
  type DataOf,
  type Envelope,
  type ErrorEnvelope,
  type ExecuteTaskV1,
  encodeMessage,
  type MessageContract,
  type Pagination,
  type RequestDetails,
  type RequestSummary,
  type submitRequests,
} from '@pao/contracts';
import type { CatalogDocument } from '@pao/documents';
import { createIdentitySigner, generateIdentityKeys, IDENTITY_HEADER, type Identity } from '@pao/http';
import { type Database, openDatabase } from '@pao/postgres';
import { createLogger, newId } from '@pao/runtime';
import { testDatabase } from '@pao/testkit';
import type { ExecutionContext } from 'ava';
import type { z } from 'zod';
import { createRequestService, readRequestConfig } from '../src/index.ts';
import { aPublication } from './documents.ts';
import { required } from './given.ts';

const migrations = new URL('../migrations/', import.meta.url);
const SCHEMA = 'pao_request';

export const developer: Identity = {
  subject: 'user:dev',
  email: 'dev@example.test',
  teams: ['payments'],
  roles: ['developer'],
  tenant: 'default',
};

export { newId };

/** An answer as its contract types it: a success has `data`, any other `error`. */
export interface Answer<Data> {
  readonly status: number;
  readonly body: { readonly data: Data; readonly pagination: Pagination; readonly error: ErrorEnvelope['error'] };
  readonly headers: Headers;
}

export interface CallOptions {
  readonly identity?: Identity;
  readonly headers?: Record<string, string>;
}

export interface RunningService {
  readonly bus: Bus;
  readonly database: Database;
  readonly databaseUrl: string;
  readonly url: string;
  headers(options?: CallOptions): Promise<Record<string, string>>;
  get<Data = RequestDetails>(path: string, options?: CallOptions): Promise<Answer<Data>>;
  /** POST /requests. */
  submit(body: unknown, options?: CallOptions): Promise<Answer<DataOf<typeof submitRequests>>>;
  /** POST /requests, accepted: the first of its requests. */
  accept(body: unknown, options?: CallOptions): Promise<RequestSummary>;
  /** The catalog offers these documents, and this service knows. */
  offer(...documents: readonly CatalogDocument[]): Promise<void>;
  /** The commands that came to the default pool, taken off its queue; waits until there are some. */
  takeCommands(): Promise<readonly Envelope<ExecuteTaskV1>[]>;
  publish<Schema extends z.ZodType>(
    contract: MessageContract<string, Schema>,
    groupId: string,
    data: z.input<Schema>,
  ): Promise<void>;
  /** A second replica on the same database and bus. */
  replica(): Promise<RunningService>;
}

export const eventually = async <T>(ask: () => Promise<T>, expected: (answer: T) => boolean): Promise<T> => {
  for (;;) {
    const answer = await ask();
    if (expected(answer)) return answer;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
};

const takeCommands = async (bus: Bus): Promise<readonly Envelope<ExecuteTaskV1>[]> => {
  const queue = 'tasks-default';
  const receive = () => bus.receive({ queue, max: 10, waitSeconds: 1, visibilitySeconds: 30 });
  const messages = await eventually(receive, ({ length }) => length > 0);
  await bus.delete(
    queue,
    messages.map(({ receipt }) => receipt),
  );
  return messages.map(({ body }) => JSON.parse(body) as Envelope<ExecuteTaskV1>);
};

interface Surroundings {
  readonly bus: Bus;
  readonly databaseUrl: string;
  readonly keys: Awaited<ReturnType<typeof generateIdentityKeys>>;
  readonly options: StartOptions;
}

export interface StartOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** Where the log goes, all of it; warnings go to the output without one. */
  readonly log?: { write(line: string): void };
}

/** The service on a real database and a memory bus, until the test ends. */
export const startService = async (t: ExecutionContext, options: StartOptions = {}): Promise<RunningService> =>
  run(t, {
    bus: createMemoryBus(createTopology()),
    databaseUrl: await testDatabase({ schema: SCHEMA, migrations }),
    keys: await generateIdentityKeys(),
    options,
  });

const answerOf = async <Data>(response: Response): Promise<Answer<Data>> => ({
  status: response.status,
  body: (await response.json()) as Answer<Data>['body'],
  headers: response.headers,
});

const run = async (t: ExecutionContext, surroundings: Surroundings): Promise<RunningService> => {
  const { bus, databaseUrl, keys, options } = surroundings;
  const signer = createIdentitySigner({ privateKey: keys.privateKey });
  const config = readRequestConfig({
    DATABASE_URL: databaseUrl,
    PAO_IDENTITY_PUBLIC_KEYS: JSON.stringify(keys.publicKeys),
    PAO_PORT: '0',
    PAO_BUS_WAIT_SECONDS: '1',
    ...options.environment,
  });
  const logger = options.log
    ? createLogger({ service: 'test', level: 'trace', destination: options.log })
    : createLogger({ service: 'test', level: 'warn' });
  const service = createRequestService(config, { logger, bus });
  await service.start();
  const database = openDatabase({ url: databaseUrl, schema: SCHEMA, applicationName: 'test', maxConnections: 2 });
  t.teardown(async () => {
    await service.stop();
    await database.close();
  });
  const url = `http://127.0.0.1:${service.port}/api/v1`;
  let revision = 0;

  const headers = async ({ identity = developer, headers: more = {} }: CallOptions = {}) => ({
    [IDENTITY_HEADER]: await signer.sign(identity),
    ...more,
  });
  const publish: RunningService['publish'] = async (contract, groupId, data) => {
    const id = newId();
    const fields = { id, subject: groupId, time: new Date(), correlationId: 'correlation-1', tenantId: 'default' };
    const body = encodeMessage(contract, fields, data);
    const destination = `topic:${contract.channel}` as const;
    await bus.publish([{ id, destination, groupId, dedupId: id, type: contract.type, body }]);
  };
  const submit: RunningService['submit'] = async (body, options) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const all = { 'content-type': 'application/json', ...(await headers(options)) };
    return answerOf(await fetch(`${url}/requests`, { method: 'POST', headers: all, body: text }));
  };
  return {
    bus,
    database,
    databaseUrl,
    url,
    headers,
    publish,
    get: async (path, options) => answerOf(await fetch(url + path, { headers: await headers(options) })),
    submit,
    accept: async (body, options) => required((await submit(body, options)).body.data?.requests[0]),
    offer: async (...documents) => {
      for (const document of documents) {
        revision += 1;
        const data = { ...aPublication(document, revision), commit: 'c0ffee' };
        await publish(catalogItemPublishedV1, data.id, data as z.input<typeof catalogItemPublishedV1.data>);
      }
      const completedAt = new Date().toISOString();
      await publish(catalogSyncCompletedV1, 'sync', {
        commit: 'c0ffee',
        revision,
        documents: 0,
        errors: 0,
        completedAt,
      });
      await eventually(
        () => bus.depth('request-inbox'),
        ({ waiting, inFlight }) => waiting + inFlight === 0,
      );
    },
    takeCommands: () => takeCommands(bus),
    replica: () => run(t, surroundings),
  };
};
