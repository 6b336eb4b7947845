import type { SecretStore } from '@pao/executor-sdk';
import {
  type ActionRunner,
  configInvalid,
  DEFAULT_RESEND,
  type Effect,
  type Failure,
  parseConfig,
  type ResendPolicy,
  scrubSuccess,
  unsupported,
  type Verdict,
} from '@pao/executor-sdk';
import { type Clock, createScrub, err, type Json, type JsonObject, ok, type Result, type Scrub } from '@pao/kernel';
import {
  evidenceOfExchange,
  type HttpAnswer,
  type HttpRequest,
  judgeExchange,
  type SendHttp,
  scrubExchange,
} from '@pao/outgoing';
import { toVerdict } from '../to-verdict.ts';
import { encodeBody } from './body.ts';
import { type RestApiConfig, restApiConfig } from './config.ts';
import { resolveHeaders } from './headers.ts';

export interface RestApiDependencies {
  readonly send: SendHttp;
  readonly secrets: SecretStore;
  readonly now: Clock;
}

type Prepared = Omit<HttpRequest, 'timeoutMs'>;

const urlOf = ({ endpoint, query }: RestApiConfig): Result<URL, Failure> => {
  if (!URL.canParse(endpoint.url)) return err(configInvalid('endpoint.url', 'is not an absolute URL'));
  const url = new URL(endpoint.url);
  for (const [name, value] of Object.entries(query)) {
    for (const entry of [value].flat()) url.searchParams.append(name, String(entry));
  }
  url.hash = '';
  return ok(url);
};

const prepareRequest = async (config: RestApiConfig, secretStore: SecretStore) => {
  const url = urlOf(config);
  if (!url.ok) return url;
  const resolved = await resolveHeaders(config, secretStore);
  if (!resolved.ok) return resolved;
  const { headers, secrets } = resolved.value;
  const request: Prepared = { url: url.value, method: config.endpoint.method, headers };
  if (config.body === undefined) return ok({ request, secrets });
  const body = encodeBody(config.body);
  if (!body.ok) return err(configInvalid('body.contentTemplate', body.error));
  const contentType = config.body.contentType ?? headers['content-type'] ?? body.value.contentType;
  return ok({
    request: { ...request, headers: { ...headers, 'content-type': contentType }, body: body.value.content },
    secrets,
  });
};

/** The body as JSON where it says so, else as text; undefined when it says so and is none. */
const readBody = ({ headers, body }: HttpAnswer): Json | undefined => {
  if (!/[/+]json\b/i.test(headers['content-type'] ?? '')) return body;
  if (body.trim() === '') return null;
  try {
    return JSON.parse(body) as Json;
  } catch {
    return undefined;
  }
};

const success = (exchange: HttpAnswer, offersAll: boolean, scrub: Scrub): Verdict => {
  const { status, headers } = exchange;
  const body = readBody(exchange);
  if (body === undefined) {
    const message = `The target answered ${status} with a JSON body that does not parse. It has probably done what was asked.`;
    return {
      kind: 'unknown',
      failure: { code: 'RESPONSE_MALFORMED', message, evidence: evidenceOfExchange(scrubExchange(exchange, scrub)) },
    };
  }
  const result: JsonObject = { status, headers, body };
  // Cleaned after it was parsed: what is taken out of JSON text may be part of its structure.
  return scrubSuccess({ kind: 'ok', result, offered: offersAll ? result : { status }, evidence: { status } }, scrub);
};

const resendOf = ({ retry }: RestApiConfig): ResendPolicy =>
  retry === undefined
    ? DEFAULT_RESEND
    : {
        attempts: retry.attempts,
        backoff: retry.backoff,
        firstDelayMs: retry.delay === undefined ? DEFAULT_RESEND.firstDelayMs : retry.delay * 1_000,
      };

/**
 * `rest-api`: one HTTP request that carries the attempt's name as its `Idempotency-Key`, a quoted string as the IETF draft has it
 * (draft-ietf-httpapi-idempotency-key-header), unless the document sets one. There is no read-only probe for it.
 */
export const createRestApiAction = ({ send, secrets: secretStore, now }: RestApiDependencies): ActionRunner => {
  const effectOf = (
    config: RestApiConfig,
    request: Prepared,
    secrets: readonly string[],
    offersAll: boolean,
  ): Effect => {
    const scrub = createScrub(secrets);
    return {
      target: `${request.method} ${request.url.origin}${request.url.pathname}`,
      resend: resendOf(config),
      run: async ({ name, remainingMs }) => {
        const headers = { 'idempotency-key': `"${name}"`, ...request.headers };
        const answer = await send({ ...request, headers, timeoutMs: remainingMs });
        const outcome = judgeExchange(answer, config.expect?.status, now().getTime());
        if (outcome.kind !== 'ok') {
          const message = scrub(outcome.message);
          return toVerdict({ ...outcome, message }, evidenceOfExchange(scrubExchange(answer, scrub)));
        }
        if (answer.kind === 'failed') throw new Error('a call without an answer was judged a success');
        return success(answer, offersAll, scrub);
      },
      probe: async () => ({ kind: 'impossible' }),
    };
  };
  return {
    type: 'rest-api',
    step: 'call',
    // An address is logged on its way, by us and by others.
    takesSecretIn: (member) => !['endpoint', 'query', 'poll'].includes(member),
    prepare: async (action, requestSecrets) => {
      const config = parseConfig(restApiConfig, action.config);
      if (!config.ok) return config;
      if (config.value.poll !== undefined) return err(unsupported('poll'));
      const prepared = await prepareRequest(config.value, secretStore);
      if (!prepared.ok) return prepared;
      // What a document picks is what later tasks may need; only one that picks nothing gets everything.
      const offersAll = Object.keys(action.outputs).length === 0;
      const secrets = [...prepared.value.secrets, ...requestSecrets];
      return ok(effectOf(config.value, prepared.value.request, secrets, offersAll));
    },
  };
};
