import { AsyncLocalStorage } from 'node:async_hooks';
import type { ActionRunner, Effect, Failure, SecretStore, Verdict } from '@pao/executor-sdk';
import type { Result } from '@pao/kernel';

export interface CachedSecretsOptions {
  readonly store: SecretStore;
  readonly keepMs: number;
  readonly elapsed: () => number;
}

export interface CachedSecrets extends SecretStore {
  /** A runner whose secrets are asked for anew once a target has refused them. */
  watching(runner: ActionRunner): ActionRunner;
}

const MOST = 1_000;

const isRefusal = (verdict: Verdict): boolean => {
  if (verdict.kind === 'ok') return false;
  const { code, evidence } = verdict.failure;
  return /^HTTP_40[13]$/.test(code) || evidence?.['status'] === 401 || evidence?.['status'] === 403;
};

/**
 * Keeps secrets for a moment; whoever asks while somebody else does shares the answer. What was not there is asked for again. A new
 * version is taken after that moment, or at once when a target answers 401 or 403 to an action that used the old one.
 */
export const createCachedSecrets = ({ store, keepMs, elapsed }: CachedSecretsOptions): CachedSecrets => {
  const kept = new Map<string, { readonly until: number; readonly secret: Promise<Result<string, Failure>> }>();
  const used = new AsyncLocalStorage<Set<string>>();

  const ask = (reference: string): Promise<Result<string, Failure>> => {
    const secret = store.resolve(reference);
    const entry = { until: elapsed() + keepMs, secret };
    kept.delete(reference);
    kept.set(reference, entry);
    for (const oldest of kept.keys()) if (kept.size > MOST) kept.delete(oldest);
    const forget = (): void => {
      if (kept.get(reference) === entry) kept.delete(reference);
    };
    secret.then((found) => found.ok || forget(), forget);
    return secret;
  };

  const watched = (effect: Effect, references: Set<string>): Effect => ({
    ...effect,
    run: async (context) => {
      const verdict = await used.run(references, () => effect.run(context));
      if (isRefusal(verdict)) for (const reference of references) kept.delete(reference);
      return verdict;
    },
  });

  const preparing = async (prepare: () => Promise<Result<Effect, Failure>>): Promise<Result<Effect, Failure>> => {
    const references = new Set<string>();
    const effect = await used.run(references, prepare);
    return effect.ok ? { ...effect, value: watched(effect.value, references) } : effect;
  };

  return {
    resolve: (reference) => {
      used.getStore()?.add(reference);
      const known = kept.get(reference);
      return known && known.until > elapsed() ? known.secret : ask(reference);
    },
    watching: (runner) => {
      const { proceed, undo } = runner;
      return {
        ...runner,
        prepare: (action, secrets) => preparing(() => runner.prepare(action, secrets)),
        ...(undo && { undo: (action, secrets, what) => preparing(() => undo.call(runner, action, secrets, what)) }),
        ...(proceed && {
          proceed: (action, secrets, point) => preparing(() => proceed.call(runner, action, secrets, point)),
        }),
      };
    },
  };
};
