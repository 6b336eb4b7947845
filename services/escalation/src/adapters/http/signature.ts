import { createHmac, timingSafeEqual } from 'node:crypto';

const HEX = /^sha256=([0-9a-f]{64})$/i;
const BASE64 = /^sha256=([A-Za-z0-9+/]{43}=)$/;

const bytesOf = (header: string): Buffer | undefined => {
  const hex = HEX.exec(header)?.[1];
  if (hex !== undefined) return Buffer.from(hex, 'hex');
  const base64 = BASE64.exec(header)?.[1];
  return base64 === undefined ? undefined : Buffer.from(base64, 'base64');
};

/** Whether these bytes were signed with the secret (HMAC-SHA256). Takes as long for a near miss as for any other signature. */
export const isSigned = (body: Uint8Array, header: unknown, secret: string): boolean => {
  const given = typeof header === 'string' ? bytesOf(header) : undefined;
  if (given === undefined) return false;
  return timingSafeEqual(given, createHmac('sha256', secret).update(body).digest());
};

export const parseJson = (body: Uint8Array): unknown => {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    return undefined;
  }
};
