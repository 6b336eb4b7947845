import { errorMessage, scrubJson, TransientError } from '@pao/kernel';
import { scrubNext, scrubSuccess, scrubVerdict } from '../core/domain/scrub.ts';
import type { ActionState, Verdict } from '../core/domain/verdict.ts';
import type { EffectContext, Look, LookContext, Probe } from '../core/ports/action-runner.ts';
import type { ActionContext, ActionTools, LookingContext } from './definition.ts';
import { type ActionResult, DefiniteFailure, type LookResult, type ProbeResult } from './results.ts';
import type { SecretReader } from './secret-reader.ts';
import { toLook, toProbe, toVerdict } from './to-verdict.ts';

/** What runs on after its time is left to itself: as long is waited for it to come to an end of its own. */
const GRACE_MS = 1_000;

/** What the functions of a definition are called with, beside the configuration. */
export interface Surroundings {
  readonly type: string;
  readonly state: ActionState;
  readonly secrets: SecretReader;
}

type Remaining = Pick<EffectContext, 'name' | 'remainingMs'>;

class TimeOver extends Error {}

const toolsOf = (
  { state, secrets }: Surroundings,
  { name, remainingMs }: Remaining,
  signal: AbortSignal,
): ActionTools => ({
  ...{ key: name, signal, remainingMs, state },
  secret: (reference) => secrets.read(reference),
});

/** Has `work` come to an end within the time, or throws TimeOver. */
const within = async <T>(remainingMs: number, work: (signal: AbortSignal) => T | Promise<T>): Promise<T> => {
  const over = new AbortController();
  const late = Promise.withResolvers<never>();
  const end = setTimeout(() => over.abort(new TimeOver('its time is over')), Math.max(0, remainingMs));
  const grace = setTimeout(() => late.reject(new TimeOver('its time is over')), Math.max(0, remainingMs) + GRACE_MS);
  try {
    return await Promise.race([work(over.signal), late.promise]);
  } catch (thrown) {
    if (over.signal.aborted && !(thrown instanceof DefiniteFailure))
      throw new TimeOver('its time is over', { cause: thrown });
    throw thrown;
  } finally {
    clearTimeout(end);
    clearTimeout(grace);
  }
};

const verdictOf = (type: string, thrown: unknown): Verdict => {
  if (thrown instanceof DefiniteFailure) {
    const { code, message, evidence } = thrown;
    return toVerdict(type, { kind: 'failed', code, message, ...(evidence && { evidence }) });
  }
  if (thrown instanceof TimeOver) {
    const message = 'The action had not come to an end when its time was over. It may have had its effect.';
    return toVerdict(type, { kind: 'unknown', code: 'ACTION_TIMED_OUT', message });
  }
  const message = `The action broke off: ${errorMessage(thrown)}. It may have had its effect.`;
  return toVerdict(type, { kind: 'unknown', code: 'ACTION_BROKE_OFF', message });
};

const logOf = ({ log }: EffectContext, { scrub }: SecretReader): ActionContext['log'] => {
  const say =
    (level: 'debug' | 'info' | 'warn'): ActionContext['log']['info'] =>
    (message, data) =>
      log?.(level, scrub(message), data && scrubJson(data, scrub));
  return { debug: say('debug'), info: say('info'), warn: say('warn') };
};

/** One try of an effect, and its verdict whatever it throws. */
export const tryAction = async (
  surroundings: Surroundings,
  context: EffectContext,
  run: (context: ActionContext) => ActionResult | Promise<ActionResult>,
): Promise<Verdict> => {
  const { type, secrets } = surroundings;
  const attempt = async (): Promise<Verdict> => {
    try {
      const result = await within(context.remainingMs, async (signal) =>
        run({
          ...toolsOf(surroundings, context, signal),
          log: logOf(context, secrets),
          progress: (percent, text) =>
            context.progress?.(percent, text === undefined ? undefined : secrets.scrub(text)),
          callbackUrl: context.callbackUrl,
        }),
      );
      return toVerdict(type, result);
    } catch (thrown) {
      return verdictOf(type, thrown);
    }
  };
  return scrubVerdict(await attempt(), secrets.scrub);
};

/** A look for an effect; one that throws has found nothing out. */
export const probeAction = async (
  surroundings: Surroundings,
  context: Remaining,
  probe: (tools: ActionTools) => ProbeResult | Promise<ProbeResult>,
): Promise<Probe> => {
  const { type, secrets } = surroundings;
  try {
    const result = await within(context.remainingMs, async (signal) => probe(toolsOf(surroundings, context, signal)));
    const found = toProbe(type, result);
    if (found.kind === 'found') return { ...found, success: scrubSuccess(found.success, secrets.scrub) };
    return found.kind === 'inconclusive' ? { ...found, note: secrets.scrub(found.note) } : found;
  } catch (thrown) {
    return { kind: 'inconclusive', note: secrets.scrub(`the look failed: ${errorMessage(thrown)}`), again: true };
  }
};

/** A look at what a task waits for. What is thrown goes on to whoever asked, who asks again later. */
export const lookAtAction = async (
  surroundings: Surroundings & { readonly step: string },
  context: LookContext,
  look: (tools: LookingContext) => LookResult | Promise<LookResult>,
): Promise<Look> => {
  const { type, step, secrets } = surroundings;
  const { answer, late } = context;
  try {
    const result = await within(context.remainingMs, async (signal) =>
      look({ ...toolsOf(surroundings, context, signal), step, answer, late }),
    );
    const found = toLook(type, result);
    return found.kind === 'ok' || found.kind === 'unknown' || found.kind === 'definite-failure'
      ? (scrubVerdict(found, secrets.scrub) as typeof found)
      : scrubNext(found, secrets.scrub);
  } catch (thrown) {
    if (thrown instanceof DefiniteFailure) return scrubVerdict(verdictOf(type, thrown), secrets.scrub) as Look;
    const retryAfterMs = thrown instanceof TransientError ? thrown.retryAfterMs : undefined;
    // Without its cause, which may hold a secret.
    const later = new TransientError(
      secrets.scrub(`the look failed: ${errorMessage(thrown)}`),
      retryAfterMs === undefined ? {} : { retryAfterMs },
    );
    throw later;
  }
};
