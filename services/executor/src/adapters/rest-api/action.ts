import {
  type Action,
  type ActionRunner,
  configInvalid,
  type Failure,
  type LookContext,
  type Point,
  parseConfig,
  type SecretStore,
} from '@pao/executor-sdk';
import { type Clock, err, ok, type Result, TransientError } from '@pao/kernel';
import type { SendHttp } from '@pao/outgoing';
import { aboutRestApi } from './about.ts';
import { resolveProof, type Unsent } from './authentication.ts';
import { encodeBody } from './body.ts';
import type { Call } from './call.ts';
import { type RestApiConfig, restApiConfig } from './config.ts';
import { createCallEffect } from './effect.ts';
import { resolveHeaders } from './headers.ts';
import { createOAuthTokens } from './oauth-tokens.ts';
import { lookOnce, neverAsked, withPoll } from './poll.ts';
import { type PollPlan, pollPlanOf } from './poll-plan.ts';

export interface RestApiDependencies {
  readonly send: SendHttp;
  readonly secrets: SecretStore;
  readonly now: Clock;
}

interface PreparedCall {
  readonly config: RestApiConfig;
  readonly call: Call;
  readonly plan: PollPlan | undefined;
}

const urlOf = ({ endpoint, query }: RestApiConfig): Result<URL, Failure> => {
  if (!URL.canParse(endpoint.url)) return err(configInvalid('endpoint.url', 'is not an absolute URL'));
  const url = new URL(endpoint.url);
  for (const [name, value] of Object.entries(query)) {
    for (const entry of [value].flat()) url.searchParams.append(name, String(entry));
  }
  url.hash = '';
  return ok(url);
};

const withBody = (request: Unsent, { body }: RestApiConfig): Result<Unsent, Failure> => {
  if (body === undefined) return ok(request);
  const encoded = encodeBody(body);
  if (!encoded.ok) return err(configInvalid('body.contentTemplate', encoded.error));
  const contentType = body.contentType ?? request.headers['content-type'] ?? encoded.value.contentType;
  return ok({
    ...request,
    headers: { ...request.headers, 'content-type': contentType },
    body: encoded.value.content,
  });
};

const planOf = ({ poll }: RestApiConfig, endpoint: URL): Result<PollPlan | undefined, Failure> =>
  poll === undefined ? ok(undefined) : pollPlanOf(poll, endpoint);

/**
 * `rest-api`: one HTTP request that carries the attempt's name as its `Idempotency-Key`, a quoted string as the IETF draft has it
 * (draft-ietf-httpapi-idempotency-key-header), unless the document sets one or the method only reads. There is no read-only probe for
 * it. With `poll` the task waits until the target says that what was asked is done.
 */
export const createRestApiAction = ({ send, secrets: secretStore, now }: RestApiDependencies): ActionRunner => {
  const parts = { send, now };
  const proofs = { secrets: secretStore, tokens: createOAuthTokens(send, now), now };

  const prepareCall = async (
    action: Action,
    requestSecrets: readonly string[],
  ): Promise<Result<PreparedCall, Failure>> => {
    const parsed = parseConfig(restApiConfig, action.config);
    if (!parsed.ok) return parsed;
    const config = parsed.value;
    const url = urlOf(config);
    if (!url.ok) return url;
    const plan = planOf(config, url.value);
    if (!plan.ok) return plan;
    const resolved = await resolveHeaders(config.headers, secretStore);
    if (!resolved.ok) return resolved;
    const proof = await resolveProof(config.authentication, proofs);
    if (!proof.ok) return proof;
    const { headers } = resolved.value;
    const request = withBody({ url: url.value, method: config.endpoint.method, headers }, config);
    if (!request.ok) return request;
    const secrets = [...resolved.value.secrets, ...requestSecrets];
    const call = { request: request.value, proof: proof.value, secrets, expected: config.expect?.status };
    return ok({ config, call, plan: plan.value });
  };

  const look = async (action: Action, secrets: readonly string[], point: Point, context: LookContext) => {
    const prepared = await prepareCall(action, secrets);
    // A store that is away, or a key that was taken back: it may be put right while the task waits.
    if (!prepared.ok && !context.late) throw new TransientError(prepared.error.message);
    if (!prepared.ok) return neverAsked(prepared.error);
    const { plan, call } = prepared.value;
    if (plan === undefined) throw new Error('a call without a poll does not wait');
    return lookOnce({ plan, call, action }, { state: point.state, context }, parts);
  };

  return {
    type: 'rest-api',
    about: aboutRestApi,
    step: 'call',
    // An address is logged on its way, by us and by others.
    takesSecretIn: (member) => !['endpoint', 'query', 'poll'].includes(member),
    prepare: async (action, requestSecrets) => {
      const prepared = await prepareCall(action, requestSecrets);
      if (!prepared.ok) return prepared;
      const { plan } = prepared.value;
      // What a document picks is what later tasks may need; only one that picks nothing gets everything.
      const offersAll = Object.keys(action.outputs).length === 0;
      const effect = createCallEffect(
        {
          ...prepared.value,
          offersAll,
          onSuccess: (success) => (plan === undefined ? success : withPoll(success, plan, now().getTime())),
        },
        parts,
      );
      return ok(effect);
    },
    look,
  };
};
