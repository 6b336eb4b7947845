import {
  callVault,
  type Grant,
  logIn,
  renew,
  type VaultAnswer,
  type VaultCall,
  type VaultOptions,
} from './vault-client.ts';

export interface VaultSession {
  call(request: VaultCall): Promise<VaultAnswer>;
  /** Ends the renewals. */
  close(): void;
}

/** Tokens that last for weeks are looked at sooner. */
const LONGEST_WAIT_MS = 24 * 3_600_000;
const SOONEST_MS = 1_000;

/**
 * Calls in the name of one token, which is asked for with the first of them, renewed when two thirds of its time are over, used or
 * not, and replaced once it is no good any more.
 */
export const createVaultSession = (options: VaultOptions): VaultSession => {
  let granted: Promise<Grant> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  const plan = ({ renewAt }: Grant): void => {
    clearTimeout(timer);
    if (closed || renewAt === Number.POSITIVE_INFINITY) return;
    const wait = Math.min(Math.max(renewAt - options.elapsed(), SOONEST_MS), LONGEST_WAIT_MS);
    // What failed is tried again by whoever needs the token next.
    timer = setTimeout(() => void token().catch(() => undefined), wait).unref();
  };

  const obtain = (from: () => Promise<Grant>): Promise<Grant> => {
    const asked = from();
    granted = asked;
    asked.then(plan, () => {
      if (granted === asked) granted = undefined;
    });
    return asked;
  };

  const refreshed = async (old: Grant): Promise<Grant> => {
    if (old.renewable && options.elapsed() < old.endsAt) {
      // While Vault is away, the token is as good as it was.
      const renewed = await renew(options, old).catch(() => old);
      if (renewed !== undefined) return renewed;
    }
    return logIn(options);
  };

  /** Whoever comes while a token is on its way waits for that one. */
  const token = async (): Promise<Grant> => {
    const asked = granted ?? obtain(() => logIn(options));
    const grant = await asked;
    if (options.elapsed() < grant.renewAt) return grant;
    return granted === asked ? obtain(() => refreshed(grant)) : token();
  };

  return {
    call: async (request) => {
      const grant = await token();
      const answer = await callVault(options, request, grant.token);
      if (answer.status !== 403 || options.login.kind === 'token') return answer;
      // Revoked, or not allowed: a new token tells which.
      const current = await token();
      const fresh = current.token === grant.token ? await obtain(() => logIn(options)) : current;
      return callVault(options, request, fresh.token);
    },
    close: () => {
      closed = true;
      clearTimeout(timer);
    },
  };
};
