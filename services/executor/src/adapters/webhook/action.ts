import {
  type Action,
  type ActionRunner,
  configInvalid,
  DEFAULT_RESEND,
  type DefiniteVerdict,
  type Effect,
  type Failure,
  type Look,
  parseConfig,
  type SecretStore,
  scrubSuccess,
  type Verdict,
} from '@pao/executor-sdk';
import { type Clock, createScrub, err, ok, type Result, type Scrub, scrubJson } from '@pao/kernel';
import { evidenceOfExchange, judgeExchange, type SendHttp, scrubExchange } from '@pao/outgoing';
import { resolveHeaders } from '../rest-api/headers.ts';
import { toVerdict } from '../to-verdict.ts';
import { aboutWebhook } from './about.ts';
import { type Awaited, lookAtCallback, parkOf } from './callback.ts';
import { type WebhookConfig, webhookConfig } from './config.ts';
import { type Payload, payloadOf } from './payload.ts';
import { messageHeaders, signingKeyOf } from './sign.ts';

export interface WebhookDependencies {
  readonly send: SendHttp;
  readonly secrets: SecretStore;
  readonly now: Clock;
}

/** What the references of a document lead to. */
interface Resolved {
  readonly headers: Readonly<Record<string, string>>;
  readonly key: Buffer | undefined;
  /** Texts that may be in nothing that is told. */
  readonly secrets: readonly string[];
}

interface PreparedMessage extends Resolved {
  readonly config: WebhookConfig;
  readonly url: URL;
  readonly payload: Payload;
}

const NO_CALLBACK: DefiniteVerdict = {
  kind: 'definite-failure',
  failure: {
    code: 'CALLBACK_UNAVAILABLE',
    message:
      'The document waits for a callback, and nobody could call back: set PAO_PUBLIC_URL of the request service. Nothing was sent.',
  },
};

const keyFor = async ({ secretRef }: WebhookConfig, store: SecretStore) => {
  if (secretRef === undefined) return ok({ key: undefined, secrets: [] });
  const secret = await store.resolve(secretRef);
  if (!secret.ok) return secret;
  const key = signingKeyOf(secret.value);
  if (key !== undefined) return ok({ key, secrets: [secret.value, secret.value.replace(/^whsec_/, '')] });
  const message = `The secret ${secretRef} starts with whsec_ and is not base64 behind it.`;
  return err({ code: 'SECRET_UNUSABLE', message });
};

const targetOf = (url: URL): string => `POST ${url.origin}${url.pathname}`;

const awaitedOf = ({ config, url }: Pick<PreparedMessage, 'config' | 'url'>): Awaited => ({
  target: targetOf(url),
  timeoutMs: config.timeout * 1_000,
});

const scrubLook = (look: Look, scrub: Scrub): Look => {
  if (look.kind === 'ok') return scrubSuccess(look, scrub);
  if (look.kind !== 'definite-failure' && look.kind !== 'unknown') return look;
  const { message, evidence = {}, code } = look.failure;
  return { ...look, failure: { code, message: scrub(message), evidence: scrubJson(evidence, scrub) } };
};

/** Whether the document picks its outputs; one that picks nothing gets everything. */
const offersAll = ({ outputs }: Action): boolean => Object.keys(outputs).length === 0;

const parse = (action: Action): Result<Pick<PreparedMessage, 'config' | 'url'>, Failure> => {
  const config = parseConfig(webhookConfig, action.config);
  if (!config.ok) return config;
  const url = URL.parse(config.value.url);
  if (url === null) return err(configInvalid('url', 'is not an absolute URL'));
  url.hash = '';
  return ok({ config: config.value, url });
};

/**
 * `webhook`: one POST as Standard Webhooks has it. Its id is the attempt's name, the same at every try, so a receiver that keeps ids
 * handles it once; one that does may have it sent again (`deliver: at-least-once`). It can't be looked for. With `waitForCallback` the
 * task waits until the target calls back.
 */
export const createWebhookAction = ({ send, secrets: store, now }: WebhookDependencies): ActionRunner => {
  const deliver = async (
    { config, url, headers, payload, key, secrets }: PreparedMessage,
    { name, remainingMs, callbackUrl }: Parameters<Effect['run']>[0],
  ): Promise<Verdict> => {
    if (config.waitForCallback && callbackUrl === undefined) return NO_CALLBACK;
    const callback = config.waitForCallback ? callbackUrl : undefined;
    const body = payload(callback);
    const own = messageHeaders({ id: name, body, sentAt: now() }, key);
    const answer = await send({
      url,
      method: 'POST',
      headers: {
        'content-type': config.contentType,
        ...headers,
        ...own,
        ...(callback !== undefined && { 'webhook-callback-url': callback }),
      },
      body,
      timeoutMs: remainingMs,
    });
    // Whoever has the address can end the task.
    const scrub = createScrub([...secrets, ...(callback === undefined ? [] : [callback, ...lastPartOf(callback)])]);
    const outcome = judgeExchange(answer, undefined, now().getTime());
    if (outcome.kind !== 'ok') {
      const told = { ...outcome, message: scrub(outcome.message) };
      return toVerdict(told, evidenceOfExchange(scrubExchange(answer, scrub)));
    }
    if (answer.kind === 'failed') throw new Error('a call without an answer was judged a success');
    const { status } = answer;
    const success = { kind: 'ok', result: { status }, offered: { status }, evidence: { status } } as const;
    const next = config.waitForCallback ? { next: parkOf(awaitedOf({ config, url }), status) } : {};
    return scrubSuccess({ ...success, ...next }, scrub);
  };

  const resolve = async (config: WebhookConfig): Promise<Result<Resolved, Failure>> => {
    const headers = await resolveHeaders(config.headers, store);
    if (!headers.ok) return headers;
    const signing = await keyFor(config, store);
    if (!signing.ok) return signing;
    const { key, secrets } = signing.value;
    return ok({ headers: headers.value.headers, key, secrets: [...headers.value.secrets, ...secrets] });
  };

  return {
    type: 'webhook',
    about: aboutWebhook,
    step: 'send',
    // An address is logged on its way, by us and by others.
    takesSecretIn: (member) => member !== 'url',
    prepare: async (action, requestSecrets) => {
      const parsed = parse(action);
      if (!parsed.ok) return parsed;
      const { config, url } = parsed.value;
      const payload = payloadOf(config);
      if (!payload.ok) return payload;
      const resolved = await resolve(config);
      if (!resolved.ok) return resolved;
      const secrets = [...resolved.value.secrets, ...requestSecrets];
      const message = { config, url, payload: payload.value, ...resolved.value, secrets };
      return ok({
        target: targetOf(url),
        resend: DEFAULT_RESEND,
        repeatable: config.deliver === 'at-least-once',
        run: (context) => deliver(message, context),
        probe: async () => ({ kind: 'impossible' }),
      });
    },
    look: async (action, secrets, { state }, context) => {
      const parsed = parse(action);
      if (!parsed.ok) throw new Error(`a webhook that was sent can't be read any more: ${parsed.error.message}`);
      // A callback may bring back what the message held; a secret that is gone by now can't be looked for in it.
      const resolved = await resolve(parsed.value.config);
      const scrub = createScrub([...(resolved.ok ? resolved.value.secrets : []), ...secrets]);
      const look = lookAtCallback(awaitedOf(parsed.value), { state, offersAll: offersAll(action) }, context);
      return scrubLook(look, scrub);
    },
  };
};

/** What makes the address hard to guess. */
const lastPartOf = (url: string): readonly string[] => {
  const last = URL.parse(url)?.pathname.split('/').at(-1) ?? '';
  return last.length >= 16 ? [last] : [];
};
