import { errorMessage } from '@pao/kernel';

/** A part without which the service can't do its work. */
export interface ReadinessCheck {
  readonly name: string;
  /** Rejects while the part is away. */
  check(): Promise<void>;
}

export interface Readiness {
  readonly ready: boolean;
  readonly checks: readonly { readonly name: string; readonly ok: boolean; readonly reason?: string }[];
}

const within = async (work: Promise<void>, timeoutMs: number): Promise<void> => {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
};

/** Runs all checks side by side. Never rejects: a check that fails or takes too long is a part that is not ready. */
export const checkReadiness = async (checks: readonly ReadinessCheck[], timeoutMs = 2_000): Promise<Readiness> => {
  const results = await Promise.all(
    checks.map(async ({ name, check }) => {
      try {
        await within(check(), timeoutMs);
        return { name, ok: true };
      } catch (error) {
        return { name, ok: false, reason: errorMessage(error) };
      }
    }),
  );
  return { ready: results.every(({ ok }) => ok), checks: results };
};
