import type { SecretStore } from '@pao/executor-sdk';
import { configInvalid, type Failure, unsupported } from '@pao/executor-sdk';
import { err, ok, type Result } from '@pao/kernel';
import type { RestApiConfig } from './config.ts';

export interface ResolvedHeaders {
  /** Names in lower case. */
  readonly headers: Record<string, string>;
  /** Every secret text that went into them. */
  readonly secrets: readonly string[];
}

type Authentication = NonNullable<RestApiConfig['authentication']>;

const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const NOT_IN_A_VALUE = /[^\t\x20-\x7e\x80-\xff]/;
/** The connection is ours, and so is where the message ends. */
const OURS = /^(?:host|connection|content-length|transfer-encoding|upgrade|te|trailer|expect|keep-alive|proxy-.*)$/;

/** The one line that proves who calls; its secret parts are told apart. */
const credentials = (
  { type, username, header }: Authentication,
  secret: string,
): Result<{ readonly name: string; readonly value: string; readonly secrets: readonly string[] }, Failure> => {
  switch (type) {
    case 'bearer':
      return ok({ name: 'authorization', value: `Bearer ${secret}`, secrets: [secret] });
    case 'api-key':
      return ok({ name: header.toLowerCase(), value: secret, secrets: [secret] });
    case 'basic': {
      const pair = username === undefined ? secret : `${username}:${secret}`;
      if (!pair.includes(':'))
        return err(configInvalid('authentication', 'needs a username, or a secret user:password'));
      const encoded = Buffer.from(pair).toString('base64');
      const password = pair.slice(pair.indexOf(':') + 1);
      return ok({ name: 'authorization', value: `Basic ${encoded}`, secrets: [encoded, pair, password] });
    }
    case 'oauth2-client-credentials':
    case 'aws-sigv4':
      return err(unsupported(`authentication.type: ${type}`));
    default:
      return type satisfies never;
  }
};

const resolveAuthentication = async (authentication: Authentication | undefined, secretStore: SecretStore) => {
  if (authentication === undefined) return ok(undefined);
  if (authentication.secretRef === undefined) {
    const named = credentials(authentication, ':');
    return named.ok ? err(configInvalid('authentication.secretRef', 'is missing')) : named;
  }
  const secret = await secretStore.resolve(authentication.secretRef);
  return secret.ok ? credentials(authentication, secret.value) : secret;
};

/** A header's line, or why there can't be one. The value is never named: it may be a secret. */
const checkHeader = (name: string, value: string): Failure | undefined => {
  if (!NAME.test(name)) return configInvalid(`headers.${name}`, 'is not a header name');
  if (OURS.test(name.toLowerCase())) return configInvalid(`headers.${name}`, 'is set by the executor');
  if (NOT_IN_A_VALUE.test(value))
    return configInvalid(`headers.${name}`, 'holds characters that a header cannot carry');
  return undefined;
};

/** The document's headers and its authentication, secrets filled in. Line breaks and headers of the connection are refused. */
export const resolveHeaders = async (
  config: Pick<RestApiConfig, 'headers' | 'authentication'>,
  secretStore: SecretStore,
): Promise<Result<ResolvedHeaders, Failure>> => {
  const headers: Record<string, string> = {};
  const secrets: string[] = [];
  for (const [name, given] of Object.entries(config.headers)) {
    const value = typeof given === 'object' ? await secretStore.resolve(given.secretRef) : ok(String(given));
    if (!value.ok) return value;
    if (typeof given === 'object') secrets.push(value.value);
    const failure = checkHeader(name, value.value);
    if (failure) return err(failure);
    headers[name.toLowerCase()] = value.value;
  }
  const proof = await resolveAuthentication(config.authentication, secretStore);
  if (!proof.ok) return proof;
  if (proof.value) {
    const failure = checkHeader(proof.value.name, proof.value.value);
    if (failure) return err(failure);
    headers[proof.value.name] = proof.value.value;
    secrets.push(...proof.value.secrets);
  }
  return ok({ headers, secrets });
};
