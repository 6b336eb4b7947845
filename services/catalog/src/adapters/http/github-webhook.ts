import type { IncomingHttpHeaders } from 'node:http';
import { receiveGithubWebhook, type WebhookAnswer } from '@pao/contracts';
import { type ApiError, apiError, type Route, route } from '@pao/http';
import { err, type Json, ok, type Result } from '@pao/kernel';
import type { AcceptDelivery, AcceptedDelivery, SignedDelivery } from '../../core/use-cases/accept-delivery.ts';
import { isSigned } from './github-signature.ts';

export interface GithubWebhookOptions {
  /** Each is good; none at all means that there is no webhook. */
  readonly secrets: readonly string[];
  readonly acceptDelivery: AcceptDelivery;
}

const EVENT = /^[a-z][a-z0-9_]{0,99}$/;
const DELIVERY = /^[\w-]{1,100}$/;

const notConfigured = (): ApiError =>
  apiError({
    code: 'NOT_FOUND',
    message: 'This catalog takes no webhooks: no secret for them is configured (PAO_CATALOG_WEBHOOK_SECRETS).',
  });

const notSigned = (): ApiError => apiError({ code: 'UNAUTHENTICATED', message: 'The signature is not valid.' });

const badHeader = (field: string): ApiError =>
  apiError({
    code: 'INVALID_REQUEST',
    message: "A header of GitHub's is missing or malformed.",
    details: [{ field, issue: 'is missing or malformed' }],
  });

const parseJson = (body: Uint8Array): Result<Json, ApiError> => {
  try {
    return ok(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)) as Json);
  } catch {
    const message = 'The payload is not JSON: choose the content type application/json in the settings of the webhook.';
    return err(apiError({ code: 'INVALID_JSON', message }));
  }
};

const readDelivery = (headers: IncomingHttpHeaders, body: Uint8Array): Result<SignedDelivery, ApiError> => {
  const { 'x-github-event': event, 'x-github-delivery': id } = headers;
  if (typeof event !== 'string' || !EVENT.test(event)) return err(badHeader('x-github-event'));
  if (typeof id !== 'string' || !DELIVERY.test(id)) return err(badHeader('x-github-delivery'));
  const payload = parseJson(body);
  return payload.ok ? ok({ id, event, payload: payload.value }) : payload;
};

const answerOf = ({ outcome, reason }: AcceptedDelivery): { status: number; data: WebhookAnswer } => ({
  status: outcome === 'pong' ? 200 : 202,
  data: { outcome, reason },
});

/** Nothing of a payload is looked at before its signature is known to be right. */
export const githubWebhookRoute = ({ secrets, acceptDelivery }: GithubWebhookOptions): Route =>
  route(receiveGithubWebhook, async ({ body, headers }) => {
    if (secrets.length === 0) return notConfigured();
    if (!isSigned(body, headers['x-hub-signature-256'], secrets)) return notSigned();
    const delivery = readDelivery(headers, body);
    return delivery.ok ? answerOf(await acceptDelivery(delivery.value)) : delivery.error;
  });
