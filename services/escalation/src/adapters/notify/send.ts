import { type HttpOutcome, judgeExchange, type SendHttp } from '@pao/outgoing';
import type { Destination, Facts } from '../../core/domain/notifications/subscription.ts';
import type { Message, Send, Told } from '../../core/ports/notification-channel.ts';
import type { Links } from './links.ts';
import { mailText } from './mail.ts';
import { signatureHeaders, webhookBody } from './signed-webhook.ts';
import { slackBody } from './slack.ts';
import type { Mailer } from './smtp.ts';
import { renderFacts } from './template.ts';

export interface SendParts {
  readonly http: SendHttp;
  /** Undefined: no mail server is configured. */
  readonly mailer: Mailer | undefined;
  readonly links: Links;
  readonly now: () => Date;
  readonly timeoutMs: number;
}

/** Unknown outcomes are sent again: whoever receives tells copies by the id. The URL is secret and so in no text. */
const toTold = (outcome: HttpOutcome, status: number | undefined): Told => {
  if (outcome.kind === 'ok') return { kind: 'ok', answer: `HTTP_${status}` };
  const { code } = outcome;
  const problem = status === undefined ? `It could not be called (${code}).` : `It answered ${status}.`;
  if (outcome.kind === 'definite-failure') return { kind: 'refused', answer: code, problem };
  const asked = outcome.kind === 'not-executed' ? outcome.retryAfterMs : undefined;
  return { kind: 'later', answer: code, problem, ...(asked !== undefined && { retryAfterMs: asked }) };
};

const post = async (
  { http, now, timeoutMs }: SendParts,
  url: string,
  headers: Readonly<Record<string, string>>,
  body: string,
): Promise<Told> => {
  const all = { 'content-type': 'application/json', 'user-agent': 'pao-notifications', ...headers };
  const exchange = await http({ url: new URL(url), method: 'POST', headers: all, body, timeoutMs });
  const status = exchange.kind === 'answered' ? exchange.status : undefined;
  // 3xx: it is somewhere else, and nothing follows it there.
  if (status !== undefined && status >= 300 && status < 400)
    return { kind: 'refused', answer: `HTTP_${status}`, problem: `It answered ${status}; redirects are not followed.` };
  return toTold(judgeExchange(exchange, undefined, now().getTime()), status);
};

/** The texts of the subscription's own template; a fault of one is what is told of the delivery. */
const textsOf = (
  kind: Destination['kind'],
  { template, facts }: Message,
  links: Links,
): { readonly texts?: readonly string[]; readonly problem?: string } => {
  if (template === null) return {};
  const texts: string[] = [];
  for (const one of facts as readonly Facts[]) {
    const rendered = renderFacts(kind, template, one, links(one));
    if (!rendered.ok) return { problem: `The template can’t be rendered: ${rendered.problem}.` };
    texts.push(rendered.text);
  }
  return { texts };
};

const NO_MAIL: Told = { kind: 'refused', answer: 'NO_MAIL', problem: 'No mail server is configured (PAO_SMTP_URL).' };

export const createSend =
  (parts: SendParts): Send =>
  async (destination, message) => {
    const { links, mailer, now } = parts;
    const { texts, problem } = textsOf(destination.kind, message, links);
    if (problem !== undefined) return { kind: 'refused', answer: 'TEMPLATE', problem };
    switch (destination.kind) {
      case 'slack':
        return post(parts, destination.url, {}, slackBody(message.facts, links, texts));
      case 'webhook': {
        const body = webhookBody(message.facts, { links, texts, now: now() });
        const headers = signatureHeaders(message.id, body, destination.secrets, now().getTime());
        return post(parts, destination.url, headers, body);
      }
      case 'email':
        return mailer ? mailer.send(destination.to, message.id, mailText(message.facts, links, texts)) : NO_MAIL;
      default:
        return destination satisfies never;
    }
  };
