import { randomFillSync } from 'node:crypto';
import { createUuidV7, type NewId } from '@pao/kernel';

const POOL_BYTES = 8_192;
const pool = Buffer.allocUnsafe(POOL_BYTES);
let used = POOL_BYTES;

/** Random bytes for ids, at most 64 at once: fetched from the system in bulk, since one small request costs as much. Not for keys. */
export const randomIdBytes = (count: number): Buffer => {
  if (used + count > POOL_BYTES) {
    randomFillSync(pool);
    used = 0;
  }
  used += count;
  // A copy: the pool is filled anew while the caller may still hold the bytes.
  return Buffer.from(pool.subarray(used - count, used));
};

/** A fresh UUIDv7; those of one thread are in order. */
export const newId: NewId = createUuidV7(Date.now, randomIdBytes);
