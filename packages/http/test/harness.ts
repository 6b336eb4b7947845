import { once } from 'node:events';
import { connect } from 'node:net';
import { defineOperation, type ErrorEnvelope } from '@pao/contracts';
import { createLogger, startTelemetry } from '@pao/runtime';
import { z } from 'zod';
import {
  createHttpServer,
  createIdentitySigner,
  createIdentityVerifier,
  generateIdentityKeys,
  type HttpServerOptions,
  type Identity,
  type Route,
} from '../src/index.ts';

export const addThing = defineOperation({
  id: 'addThing',
  service: 'request',
  method: 'POST',
  path: '/things',
  tag: 'system',
  summary: 'Adds things',
  body: z.strictObject({ items: z.array(z.strictObject({ name: z.string(), size: z.int().optional() })).max(3) }),
  status: 202,
  data: z.unknown(),
  idempotent: true,
});

export const listThings = defineOperation({
  id: 'listThings',
  service: 'request',
  method: 'GET',
  path: '/things',
  tag: 'system',
  summary: 'Lists things',
  query: z.strictObject({ limit: z.coerce.number().int().max(200).default(50), q: z.string().optional() }),
  data: z.unknown(),
  paginated: true,
});

export const getThing = defineOperation({
  id: 'getThing',
  service: 'request',
  method: 'GET',
  path: '/things/{id}',
  aliases: ['/items/{id}'],
  tag: 'system',
  summary: 'One thing',
  params: z.strictObject({ id: z.string().regex(/^[a-z]+$/) }),
  data: z.unknown(),
});

export const watchThing = defineOperation({
  id: 'watchThing',
  service: 'request',
  method: 'GET',
  path: '/things/{id}/events',
  tag: 'system',
  summary: 'Changes of a thing',
  params: z.strictObject({ id: z.string() }),
  data: z.unknown(),
  stream: true,
});

export const resetThings = defineOperation({
  id: 'resetThings',
  service: 'request',
  method: 'POST',
  path: '/things/reset',
  tag: 'system',
  summary: 'Takes no body',
  data: z.unknown(),
});

export const identity: Identity = {
  subject: 'user:dev',
  name: 'Dev',
  email: 'dev@example.test',
  teams: ['payments'],
  roles: ['developer'],
  tenant: 'default',
};

const keys = await generateIdentityKeys();
export const token = await createIdentitySigner(keys).sign(identity);

export type Body = NonNullable<RequestInit['body']>;

export interface Harness {
  readonly url: string;
  readonly port: number;
  readonly logs: string[];
  call(path: string, init?: RequestInit & { readonly duplex?: 'half' }): Promise<Response>;
  post(path: string, body: Body | undefined, headers?: Record<string, string>): Promise<Response>;
  close(): Promise<void>;
}

/** A server with the given routes, and a client that carries a valid identity. */
export const startHarness = async (
  routes: readonly Route[],
  more: Partial<HttpServerOptions> = {},
): Promise<Harness> => {
  await startTelemetry({ service: 'test', version: '0', environment: {} });
  const logs: string[] = [];
  const logger = createLogger({ service: 'test', level: 'debug', destination: { write: (line) => logs.push(line) } });
  const server = createHttpServer({
    name: 'things',
    logger,
    routes,
    identity: createIdentityVerifier(keys),
    readiness: [],
    ...more,
  });
  const { port } = await server.listen({ host: '127.0.0.1', port: 0 });
  const url = `http://127.0.0.1:${port}`;
  const call: Harness['call'] = (path, init = {}) =>
    fetch(url + path, {
      ...init,
      headers: { 'x-pao-identity': token, ...(init.headers as Record<string, string> | undefined) },
    });
  const post: Harness['post'] = (path, body, headers = {}) =>
    call(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      ...(body !== undefined && { body }),
    });
  return { url, port, logs, call, post, close: () => server.close() };
};

export interface Answer {
  readonly data: Readonly<Record<string, unknown>>;
  readonly error: ErrorEnvelope['error'];
}

/** The body of an answer; which of its members it has is what a test finds out. */
export const jsonOf = async (response: Response): Promise<Answer> => (await response.json()) as Answer;

export const errorOf = async (response: Response): Promise<ErrorEnvelope['error']> => (await jsonOf(response)).error;

/** Sends bytes as they are and reads until the server closes or `enough` says so. */
export const exchange = async (
  port: number,
  parts: readonly (string | Buffer)[],
  enough: (answer: string) => boolean = () => false,
): Promise<string> => {
  const socket = connect(port, '127.0.0.1');
  let answer = '';
  const done = Promise.withResolvers<void>();
  socket.setEncoding('utf8');
  socket.on('data', (chunk) => {
    answer += chunk;
    if (enough(answer)) done.resolve();
  });
  socket.on('close', () => done.resolve());
  // A server that cuts the connection while parts are still to be sent is part of what is tested.
  socket.on('error', () => done.resolve());
  await once(socket, 'connect');
  for (const part of parts) {
    if (socket.destroyed) break;
    if (!socket.write(part)) await Promise.race([once(socket, 'drain').catch(() => undefined), done.promise]);
  }
  await done.promise;
  socket.destroy();
  return answer;
};
