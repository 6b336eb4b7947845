import { err, ok, type Result } from '@pao/kernel';
import { anonymous } from '../domain/anonymous.ts';
import { type CallOrigin, foreignness } from '../domain/loopback.ts';
import { isPermitted } from '../domain/policy.ts';
import type { Principal } from '../domain/principal.ts';
import type { KeyStore } from '../ports/key-store.ts';
import type { RateLimits } from '../ports/rate-limits.ts';

export interface CallFacts extends CallOrigin {
  readonly permission: string;
  /** Whoever calls may: credentials and origin are not looked at. */
  readonly public: boolean;
  /** The `Authorization` header. */
  readonly authorization: string | undefined;
  /** The network address of the caller. */
  readonly address: string;
}

export type Refusal =
  | { readonly kind: 'rate-limited'; readonly retryAfterMs: number }
  | { readonly kind: 'unauthenticated'; readonly reason: string }
  | { readonly kind: 'foreign'; readonly reason: string }
  | { readonly kind: 'forbidden'; readonly roles: readonly string[] };

export interface AdmitCallOptions {
  readonly keys: KeyStore;
  readonly limits: RateLimits;
  /** Whom calls without credentials act as; undefined refuses them. */
  readonly demoUser: Principal | undefined;
}

const BEARER = /^bearer +([\w.~+/-]{1,512}=*)$/i;

/** Decides whether a call may pass, and as whom: rate of the address, credentials, rate of the caller, policy. */
export const createAdmitCall = ({ keys, limits, demoUser }: AdmitCallOptions) => {
  const authenticate = (facts: CallFacts): Result<Principal, Refusal> => {
    if (facts.authorization === undefined) {
      if (!demoUser) return err({ kind: 'unauthenticated', reason: 'The call has no credentials.' });
      const reason = foreignness(facts);
      return reason === undefined ? ok(demoUser) : err({ kind: 'foreign', reason });
    }
    const key = BEARER.exec(facts.authorization)?.[1];
    const holder = key === undefined ? undefined : keys.holderOf(key);
    return holder ? ok(holder) : err({ kind: 'unauthenticated', reason: 'The credentials are not valid.' });
  };

  return (facts: CallFacts): Result<Principal, Refusal> => {
    const byAddress = limits.take(`address ${facts.address}`);
    if (!byAddress.ok) return err({ kind: 'rate-limited', retryAfterMs: byAddress.retryAfterMs });
    if (facts.public) return ok(anonymous);
    const caller = authenticate(facts);
    if (!caller.ok) return caller;
    const byCaller = limits.take(`subject ${caller.value.subject}`);
    if (!byCaller.ok) return err({ kind: 'rate-limited', retryAfterMs: byCaller.retryAfterMs });
    if (!isPermitted(caller.value.roles, facts.permission))
      return err({ kind: 'forbidden', roles: caller.value.roles });
    return caller;
  };
};

export type AdmitCall = ReturnType<typeof createAdmitCall>;
