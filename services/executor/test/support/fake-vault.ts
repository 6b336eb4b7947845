import type { JsonObject } from '@pao/kernel';
import { httpServer, type ReceivedRequest } from '@pao/testkit';
import type { ExecutionContext } from 'ava';

export interface FakeVault {
  readonly url: string;
  readonly port: number;
  readonly requests: readonly ReceivedRequest[];
  /** Tokens that are good; logins add theirs. */
  readonly tokens: Set<string>;
  /** What it holds: `team/app` under the mount `kv` (version 2) and under `old` (version 1). */
  readonly secrets: Map<string, JsonObject>;
  /** Answers instead of everything else. */
  answer: number | undefined;
  /** Seconds that a token of a login lasts. */
  ttl: number;
}

const json = (text: string): Record<string, unknown> => JSON.parse(text) as Record<string, unknown>;

/** Vault as far as reading secrets of the engine KV needs one: logins, renewals, mounts, both versions of the engine. */
export const fakeVault = async (t: ExecutionContext): Promise<FakeVault> => {
  let logins = 0;
  const vault = {
    tokens: new Set<string>(),
    secrets: new Map<string, JsonObject>(),
    answer: undefined as number | undefined,
    ttl: 3_600,
  };

  const grant = (token: string): [number, JsonObject] => [
    200,
    { auth: { client_token: token, lease_duration: vault.ttl, renewable: true } },
  ];

  const logIn = (path: string, body: Record<string, unknown>): [number, JsonObject] => {
    const good = path === 'auth/approle/login' ? body['secret_id'] === 'sec-1' : body['jwt'] === 'jwt-1';
    if (!good) return [400, { errors: ['invalid role or secret ID'] }];
    logins += 1;
    const token = `hvs.login-${logins}`;
    vault.tokens.add(token);
    return grant(token);
  };

  const read = (path: string, data: (found: JsonObject) => JsonObject): [number, JsonObject] => {
    const found = vault.secrets.get(path);
    return found === undefined ? [404, { errors: [] }] : [200, { data: data(found) }];
  };

  const perform = (path: string, token: string, body: string): [number, JsonObject] => {
    if (vault.answer !== undefined) return [vault.answer, { errors: ['Vault is sealed'] }];
    if (path.endsWith('/login')) return logIn(path, json(body));
    if (!vault.tokens.has(token)) return [403, { errors: ['permission denied'] }];
    if (path === 'auth/token/lookup-self') return [200, { data: { ttl: vault.ttl, renewable: true } }];
    if (path === 'auth/token/renew-self') return grant(token);
    if (path.startsWith('sys/internal/ui/mounts/kv/'))
      return [200, { data: { path: 'kv/', type: 'kv', options: { version: '2' } } }];
    if (path.startsWith('sys/internal/ui/mounts/old/'))
      return [200, { data: { path: 'old/', type: 'kv', options: null } }];
    if (path.startsWith('kv/data/')) return read(path.slice('kv/data/'.length), (data) => ({ data, metadata: {} }));
    if (path.startsWith('old/')) return read(path.slice('old/'.length), (data) => data);
    return [403, { errors: ['preflight capability check returned 403'] }];
  };

  const server = await httpServer(t, ({ url, headers, body }, response) => {
    const path = new URL(url, 'http://vault.test').pathname.replace('/v1/', '');
    const [status, answer] = perform(path, String(headers['x-vault-token']), body);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  });
  return Object.assign(vault, { url: server.url, port: server.port, requests: server.requests });
};
