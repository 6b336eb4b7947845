import { createHmac } from 'node:crypto';
import type { Facts, SigningSecret } from '../../core/domain/notifications/subscription.ts';
import type { Links } from './links.ts';

/** As Standard Webhooks say: a signature for each secret that is good, the current one first. */
export const signatureHeaders = (
  id: string,
  body: string,
  secrets: readonly SigningSecret[],
  nowMs: number,
): Readonly<Record<string, string>> => {
  const timestamp = String(Math.floor(nowMs / 1_000));
  const good = secrets.filter(({ until }) => until === undefined || until > nowMs);
  const sign = ({ key }: SigningSecret): string =>
    `v1,${createHmac('sha256', Buffer.from(key, 'base64')).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': good.map(sign).join(' ') };
};

const eventOf = (facts: Facts, links: Links): object => {
  const url = links(facts);
  const { event, occurredAt } = facts;
  return { type: `pao.${event}`, timestamp: occurredAt, data: { ...facts, ...(url !== undefined && { url }) } };
};

/** Texts of a template are JSON already. */
export const webhookBody = (
  all: readonly [Facts, ...Facts[]],
  { links, texts, now }: { readonly links: Links; readonly texts: readonly string[] | undefined; readonly now: Date },
): string => {
  const events = texts ?? all.map((facts) => JSON.stringify(eventOf(facts, links)));
  const [first = '{}'] = events;
  if (events.length === 1) return first;
  return `{"type":"pao.digest","timestamp":${JSON.stringify(now.toISOString())},"data":{"events":[${events.join(',')}]}}`;
};
