import { readFile } from 'node:fs/promises';
import { errorMessage, isJsonObject, type Json, type JsonObject, TransientError } from '@pao/kernel';
import type { SendHttp } from '@pao/outgoing';

/** How the executor proves to Vault who it is. */
export type VaultLogin =
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'approle'; readonly mount: string; readonly roleId: string; readonly secretId: string }
  | { readonly kind: 'kubernetes'; readonly mount: string; readonly role: string; readonly tokenFile: string };

export interface VaultOptions {
  /** Without a trailing slash. */
  readonly url: string;
  readonly namespace?: string | undefined;
  readonly login: VaultLogin;
  /** May call this address, wherever it is. */
  readonly send: SendHttp;
  readonly elapsed: () => number;
}

export interface VaultAnswer {
  readonly status: number;
  readonly body: JsonObject;
}

export interface VaultCall {
  readonly method: 'GET' | 'POST';
  /** After `/v1/`. */
  readonly path: string;
  readonly body?: JsonObject;
}

/** Vault would not let the executor in; the same would fail again. */
export class VaultRefusedError extends Error {
  override readonly name = 'VaultRefusedError';
}

const TIMEOUT_MS = 5_000;
/** Standby and secondary nodes that do not answer for themselves, and overload. */
const AWAY = new Set([412, 429, 472, 473]);

const parse = (text: string): JsonObject => {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : {};
  } catch {
    return {};
  }
};

/** One call. Its answer is never told to anybody: it may hold secrets. */
export const callVault = async (
  { url, namespace, send }: VaultOptions,
  { method, path, body }: VaultCall,
  token?: string,
): Promise<VaultAnswer> => {
  const answer = await send({
    url: new URL(`${url}/v1/${path}`),
    method,
    headers: {
      accept: 'application/json',
      'x-vault-request': 'true',
      ...(token !== undefined && { 'x-vault-token': token }),
      ...(namespace !== undefined && { 'x-vault-namespace': namespace }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    body: body === undefined ? undefined : JSON.stringify(body),
    timeoutMs: TIMEOUT_MS,
  });
  if (answer.kind === 'failed') {
    if (answer.phase === 'before-send' && !answer.transient) throw new VaultRefusedError(answer.message);
    throw new TransientError(`Vault does not answer (${answer.code})`);
  }
  const { status } = answer;
  if (status >= 500 || AWAY.has(status)) throw new TransientError(`Vault does not answer (HTTP_${status})`);
  if (answer.incomplete !== undefined) throw new TransientError(`Vault's answer broke off (${answer.incomplete})`);
  return { status, body: parse(answer.body) };
};

export const memberOf = (value: Json | undefined, name: string): Json | undefined =>
  isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;

/** A token and how long it is good for. */
export interface Grant {
  readonly token: string;
  /** On the scale of `elapsed`; never when it does not end. */
  readonly renewAt: number;
  readonly endsAt: number;
  readonly renewable: boolean;
}

export const grantOf = (token: string, seconds: Json | undefined, renewable: boolean, now: number): Grant => {
  const ms = typeof seconds === 'number' && seconds > 0 ? seconds * 1_000 : Number.POSITIVE_INFINITY;
  return { token, renewAt: now + (ms * 2) / 3, endsAt: now + ms, renewable };
};

const credentialsOf = async (login: Exclude<VaultLogin, { kind: 'token' }>): Promise<JsonObject> => {
  if (login.kind === 'approle') return { role_id: login.roleId, secret_id: login.secretId };
  try {
    return { role: login.role, jwt: (await readFile(login.tokenFile, 'utf8')).trim() };
  } catch (thrown) {
    throw new VaultRefusedError(`the token of the service account can't be read: ${errorMessage(thrown)}`);
  }
};

/** A new token; of a token that was given, what Vault knows of it. */
export const logIn = async (options: VaultOptions): Promise<Grant> => {
  const { login, elapsed } = options;
  if (login.kind === 'token') {
    const { status, body } = await callVault(options, { method: 'GET', path: 'auth/token/lookup-self' }, login.token);
    const data = memberOf(body, 'data');
    if (status === 200)
      return grantOf(login.token, memberOf(data, 'ttl'), memberOf(data, 'renewable') === true, elapsed());
    // A token that may not look at itself may still read.
    return grantOf(login.token, undefined, false, elapsed());
  }
  const body = await credentialsOf(login);
  const answer = await callVault(options, { method: 'POST', path: `auth/${login.mount}/login`, body });
  const granted = memberOf(answer.body, 'auth');
  const token = memberOf(granted, 'client_token');
  if (typeof token !== 'string' || token === '')
    throw new VaultRefusedError(`the login by ${login.kind} was refused (HTTP ${answer.status})`);
  return grantOf(token, memberOf(granted, 'lease_duration'), memberOf(granted, 'renewable') === true, elapsed());
};

/** The same token for longer; undefined when Vault would not. */
export const renew = async (options: VaultOptions, { token }: Grant): Promise<Grant | undefined> => {
  const answer = await callVault(options, { method: 'POST', path: 'auth/token/renew-self', body: {} }, token);
  const granted = memberOf(answer.body, 'auth');
  if (answer.status !== 200 || granted === undefined) return undefined;
  const lasting = memberOf(granted, 'lease_duration');
  return grantOf(token, lasting, memberOf(granted, 'renewable') === true, options.elapsed());
};
