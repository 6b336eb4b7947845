import { createHmac, timingSafeEqual } from 'node:crypto';

const SIGNATURE = /^sha256=([0-9a-f]{64})$/i;

/**
 * Whether GitHub signed these bytes with one of the secrets. Takes as long for a near miss as for any other signature, and for each
 * of the secrets.
 * @param header `X-Hub-Signature-256`
 */
export const isSigned = (body: Uint8Array, header: unknown, secrets: readonly string[]): boolean => {
  const hex = typeof header === 'string' ? SIGNATURE.exec(header)?.[1] : undefined;
  if (hex === undefined) return false;
  const given = Buffer.from(hex, 'hex');
  const matches = secrets.map((secret) => timingSafeEqual(given, createHmac('sha256', secret).update(body).digest()));
  return matches.includes(true);
};
