import { createHash } from 'node:crypto';
import { canonicalJson } from '@pao/kernel';

/** What a stored idempotency key is compared by: SHA-256, hexadecimal, of the body whatever the order of its members. */
export const bodyFingerprint = (body: unknown): string =>
  createHash('sha256').update(canonicalJson(body)).digest('hex');
