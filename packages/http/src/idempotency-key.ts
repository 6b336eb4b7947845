import { refuse } from './errors.ts';

const PRINTABLE = /^[\x20-\x7e]{1,255}$/;

/** The `Idempotency-Key` of a call, as it was written. */
export const readIdempotencyKey = (header: string | string[] | undefined): string | undefined => {
  if (header === undefined) return undefined;
  if (typeof header === 'string' && PRINTABLE.test(header)) return header;
  return refuse({
    code: 'INVALID_REQUEST',
    message: 'The Idempotency-Key must be 1 to 255 printable ASCII characters.',
  });
};
