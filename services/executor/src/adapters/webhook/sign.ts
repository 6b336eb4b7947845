import { createHmac } from 'node:crypto';

const PREFIX = 'whsec_';

/** The key in a secret: the bytes behind `whsec_`, or the text as it is. Undefined for one with the prefix that is no base64. */
export const signingKeyOf = (secret: string): Buffer | undefined => {
  if (!secret.startsWith(PREFIX)) return Buffer.from(secret);
  const encoded = secret.slice(PREFIX.length);
  return /^[A-Za-z0-9+/]{4,}={0,2}$/.test(encoded) ? Buffer.from(encoded, 'base64') : undefined;
};

export interface Message {
  readonly id: string;
  readonly body: string;
  readonly sentAt: Date;
}

/** The headers of a message as Standard Webhooks has them; without a key it is not signed. */
export const messageHeaders = ({ id, body, sentAt }: Message, key: Buffer | undefined): Record<string, string> => {
  const timestamp = String(Math.floor(sentAt.getTime() / 1_000));
  const headers = { 'webhook-id': id, 'webhook-timestamp': timestamp };
  if (key === undefined) return headers;
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { ...headers, 'webhook-signature': `v1,${signature}` };
};
