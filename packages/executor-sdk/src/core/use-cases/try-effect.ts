import { logTry, type TaskLog } from '../domain/task-log.ts';
import { concludeTries, type Ending, resendDelay } from '../domain/verdict.ts';
import type { Effect } from '../ports/action-runner.ts';
import type { Timing } from '../ports/timing.ts';

interface TryRequest {
  readonly effect: Effect;
  readonly name: string;
  readonly idempotent: boolean;
  /** Whether an earlier process may have sent it. */
  readonly uncertain: boolean;
  /** On the scale of `timing.elapsed()`. */
  readonly deadline: number;
  readonly log: TaskLog;
  readonly callbackUrl?: string | undefined;
}

export interface Tried {
  readonly ending: Ending;
  readonly tries: number;
}

export type TryEffect = (request: TryRequest) => Promise<Tried>;

/** Tries an effect, again only where that can't have it twice, until it has an ending or its time is over. */
export const createTryEffect =
  (timing: Timing): TryEffect =>
  async ({ effect, name, idempotent, deadline, log, callbackUrl, uncertain: atFirst }) => {
    let uncertain = atFirst;
    for (let tries = 1; ; tries += 1) {
      const since = timing.elapsed();
      const verdict = await effect.run({
        name,
        remainingMs: deadline - since,
        callbackUrl,
        log: (level, message, data) => log.add(level, message, data),
        progress: (percent, text) => log.progress(percent, text),
      });
      logTry(log, verdict, { tries, tookMs: timing.elapsed() - since });
      const delay = resendDelay({
        verdict,
        tries,
        idempotent: idempotent || effect.repeatable === true,
        policy: effect.resend,
        remainingMs: deadline - timing.elapsed(),
        random: timing.random(),
      });
      if (delay === undefined) return { ending: concludeTries(verdict, uncertain), tries };
      if (verdict.kind === 'unknown') uncertain = true;
      log.add('info', `waiting ${delay} ms before try ${tries + 1}`);
      await timing.sleep(delay);
    }
  };
