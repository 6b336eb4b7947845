import { err, errorMessage, ok, type Result } from '@pao/kernel';
import {
  calculateJwkThumbprint,
  createLocalJWKSet,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JSONWebKeySet,
  type JWK,
  jwtVerify,
  SignJWT,
} from 'jose';
import { z } from 'zod';

export type { JSONWebKeySet, JWK } from 'jose';

/** Who calls, as the gateway found out. */
export interface Identity {
  /** Stable id of the person or machine: `key:ci`, `user:…`. */
  readonly subject: string;
  readonly name?: string;
  readonly email: string;
  readonly teams: readonly string[];
  readonly roles: readonly string[];
  readonly tenant: string;
}

/** The header that carries the token from the gateway to a service. */
export const IDENTITY_HEADER = 'x-pao-identity';

const ISSUER = 'pao-gateway';
const AUDIENCE = 'pao-services';
const TYPE = 'pao-identity+jwt';
const ALGORITHM = 'EdDSA';

const claimsSchema = z.object({
  sub: z.string().min(1),
  name: z.string().optional(),
  email: z.string().min(1),
  teams: z.array(z.string()),
  roles: z.array(z.string()),
  tenant: z.string().min(1),
  exp: z.number(),
});

export interface IdentityKeys {
  /** Ed25519, for the gateway. */
  readonly privateKey: JWK;
  /** For the services. */
  readonly publicKeys: JSONWebKeySet;
}

/** A fresh key pair for a gateway and services that start together. */
export const generateIdentityKeys = async (): Promise<IdentityKeys> => {
  const pair = await generateKeyPair(ALGORITHM, { crv: 'Ed25519', extractable: true });
  const publicKey = await exportJWK(pair.publicKey);
  const kid = await calculateJwkThumbprint(publicKey);
  const common = { kid, alg: ALGORITHM, use: 'sig' };
  return {
    privateKey: { ...(await exportJWK(pair.privateKey)), ...common },
    publicKeys: { keys: [{ ...publicKey, ...common }] },
  };
};

export interface IdentitySigner {
  /** A token for this identity. The same object gets the same token until half of its life is over, so keep the object. */
  sign(identity: Identity): Promise<string>;
}

export interface IdentitySignerOptions {
  /** Private Ed25519 key. */
  readonly privateKey: JWK;
  readonly now?: () => number;
  readonly lifetimeSeconds?: number;
}

export const createIdentitySigner = (options: IdentitySignerOptions): IdentitySigner => {
  const { privateKey, now = Date.now, lifetimeSeconds = 120 } = options;
  const key = importJWK(privateKey, ALGORITHM);
  // A key that can't be read is reported by the first signature, not as an unhandled rejection at start.
  key.catch(() => undefined);
  const header = { alg: ALGORITHM, typ: TYPE, ...(privateKey.kid !== undefined && { kid: privateKey.kid }) };
  const issued = new WeakMap<Identity, { readonly token: Promise<string>; readonly renewAt: number }>();
  const issue = async ({ subject, ...claims }: Identity, at: number): Promise<string> =>
    new SignJWT({ ...claims })
      .setProtectedHeader(header)
      .setSubject(subject)
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setIssuedAt(at)
      .setExpirationTime(at + lifetimeSeconds)
      .sign(await key);
  return {
    sign: (identity) => {
      const at = now();
      const known = issued.get(identity);
      if (known && at < known.renewAt) return known.token;
      const token = issue(identity, Math.floor(at / 1000));
      issued.set(identity, { token, renewAt: at + lifetimeSeconds * 500 });
      return token;
    },
  };
};

export interface IdentityRefusal {
  readonly kind: 'invalid-identity';
  readonly reason: string;
}

export interface IdentityVerifier {
  /** Who the token names. Cheap for a token seen before: its signature is checked once, its end always. */
  verify(token: string): Promise<Result<Identity, IdentityRefusal>>;
}

export interface IdentityVerifierOptions {
  readonly publicKeys: JSONWebKeySet;
  readonly now?: () => number;
}

const MAX_TOKENS = 1_000;

export const createIdentityVerifier = ({ publicKeys, now = Date.now }: IdentityVerifierOptions): IdentityVerifier => {
  const keys = createLocalJWKSet(publicKeys);
  const seen = new Map<string, { readonly identity: Identity; readonly expiresAt: number }>();
  const check = async (token: string): Promise<{ identity: Identity; expiresAt: number }> => {
    const { payload } = await jwtVerify(token, keys, {
      algorithms: [ALGORITHM],
      typ: TYPE,
      issuer: ISSUER,
      audience: AUDIENCE,
      requiredClaims: ['exp', 'iat', 'sub'],
      clockTolerance: 30,
      currentDate: new Date(now()),
    });
    const { sub, exp, name, ...rest } = claimsSchema.parse(payload);
    const identity = Object.freeze({ subject: sub, ...(name !== undefined && { name }), ...rest });
    return { identity, expiresAt: exp * 1000 };
  };
  return {
    verify: async (token) => {
      const known = seen.get(token);
      if (known && now() < known.expiresAt) return ok(known.identity);
      seen.delete(token);
      try {
        const fresh = await check(token);
        for (const oldest of seen.keys()) {
          if (seen.size < MAX_TOKENS) break;
          seen.delete(oldest);
        }
        seen.set(token, fresh);
        return ok(fresh.identity);
      } catch (error) {
        return err({ kind: 'invalid-identity', reason: errorMessage(error) });
      }
    },
  };
};
