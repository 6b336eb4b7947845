import {
  configInvalid,
  type DefiniteVerdict,
  type Failure,
  type NotExecuted,
  type SecretStore,
} from '@pao/executor-sdk';
import { err, ok, type Result } from '@pao/kernel';
import type { HttpRequest } from '@pao/outgoing';
import type { Authentication } from './config.ts';
import { checkHeader } from './headers.ts';
import type { OAuthTokens } from './oauth-tokens.ts';
import { awsCredentialsOf, signAws } from './sigv4.ts';

/** A request as it is sent, but for the time it has. */
export type Unsent = Omit<HttpRequest, 'timeoutMs'>;

export interface Proven {
  readonly request: Unsent;
  /** Texts that came into being with the proof. */
  readonly secrets: readonly string[];
  /** A token that was at hand already: when the target refuses it, another one may do. */
  readonly token?: string;
}

export interface ProofContext {
  readonly remainingMs: number;
  /** A token that the target refused just now. */
  readonly refused?: string | undefined;
}

/** How a request proves who sends it. */
export interface Proof {
  /** Secrets it is made of. */
  readonly secrets: readonly string[];
  /** Proves one request. Nothing was sent to the target when it fails. */
  prove(request: Unsent, context: ProofContext): Promise<Result<Proven, DefiniteVerdict | NotExecuted>>;
}

export interface ProofDependencies {
  readonly secrets: SecretStore;
  readonly tokens: OAuthTokens;
  readonly now: () => Date;
}

const NO_PROOF: Proof = { secrets: [], prove: async (request) => ok({ request, secrets: [] }) };

/** One line that is the same in every request. */
const fixed = (name: string, value: string, secrets: readonly string[]): Result<Proof, Failure> => {
  const failure = checkHeader(name, value);
  if (failure) return err(failure);
  return ok({
    secrets,
    prove: async (request) =>
      ok({ request: { ...request, headers: { ...request.headers, [name.toLowerCase()]: value } }, secrets: [] }),
  });
};

const basic = (username: string | undefined, secret: string): Result<Proof, Failure> => {
  const pair = username === undefined ? secret : `${username}:${secret}`;
  if (!pair.includes(':')) return err(configInvalid('authentication', 'needs a username, or a secret user:password'));
  const encoded = Buffer.from(pair).toString('base64');
  return fixed('authorization', `Basic ${encoded}`, [encoded, pair, pair.slice(pair.indexOf(':') + 1)]);
};

const oauth = (authentication: Authentication, secret: string, tokens: OAuthTokens): Result<Proof, Failure> => {
  const { tokenUrl, scopes = [], audience, clientAuthentication } = authentication;
  if (tokenUrl === undefined) return err(configInvalid('authentication.tokenUrl', 'is missing'));
  if (!URL.canParse(tokenUrl)) return err(configInvalid('authentication.tokenUrl', 'is not an absolute URL'));
  const colon = secret.indexOf(':');
  const clientId = authentication.clientId ?? secret.slice(0, Math.max(colon, 0));
  if (clientId === '') return err(configInvalid('authentication', 'needs a clientId, or a secret id:secret'));
  const clientSecret = authentication.clientId === undefined ? secret.slice(colon + 1) : secret;
  const client = { tokenUrl: new URL(tokenUrl), clientId, clientSecret, scopes, audience, clientAuthentication };
  return ok({
    secrets: [secret, clientSecret],
    prove: async (request, { remainingMs, refused }) => {
      const token = await tokens.get(client, { timeoutMs: remainingMs, refused });
      if (!token.ok) return token;
      const { value, known } = token.value;
      const headers = { ...request.headers, authorization: `Bearer ${value}` };
      return ok({ request: { ...request, headers }, secrets: [value], ...(known && { token: value }) });
    },
  });
};

const sigv4 = ({ region, service }: Authentication, secret: string, now: () => Date): Result<Proof, Failure> => {
  if (region === undefined) return err(configInvalid('authentication.region', 'is missing'));
  if (service === undefined) return err(configInvalid('authentication.service', 'is missing'));
  const credentials = awsCredentialsOf(secret);
  if (credentials === undefined) {
    const message =
      'The secret of the aws-sigv4 authentication is neither JSON with accessKeyId and secretAccessKey nor ID:SECRET.';
    return err({ code: 'SECRET_UNUSABLE', message });
  }
  const { secretAccessKey, sessionToken } = credentials;
  return ok({
    secrets: [secret, secretAccessKey, ...(sessionToken === undefined ? [] : [sessionToken])],
    prove: async (request) => ok(await signAws(request, { credentials, region, service, date: now() })),
  });
};

/** What the document's `authentication` asks for, its secret resolved; whatever is wrong with it is found before anything is sent. */
export const resolveProof = async (
  authentication: Authentication | undefined,
  { secrets, tokens, now }: ProofDependencies,
): Promise<Result<Proof, Failure>> => {
  if (authentication === undefined) return ok(NO_PROOF);
  if (authentication.secretRef === undefined) return err(configInvalid('authentication.secretRef', 'is missing'));
  const secret = await secrets.resolve(authentication.secretRef);
  if (!secret.ok) return secret;
  const { type, username, header } = authentication;
  switch (type) {
    case 'bearer':
      return fixed('authorization', `Bearer ${secret.value}`, [secret.value]);
    case 'api-key':
      return fixed(header, secret.value, [secret.value]);
    case 'basic':
      return basic(username, secret.value);
    case 'oauth2-client-credentials':
      return oauth(authentication, secret.value, tokens);
    case 'aws-sigv4':
      return sigv4(authentication, secret.value, now);
    default:
      return type satisfies never;
  }
};
