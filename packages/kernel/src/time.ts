/** The present moment. Passed in, so that tests and the simulation own the time. */
export type Clock = () => Date;

/** A fresh identifier: a UUIDv7 in text form, so that ids sort by creation and index well. Passed in, like the clock. */
export type NewId = () => string;

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');

/** Of each byte: a service makes a dozen ids a request. */
const BYTES = Array.from({ length: 256 }, (_, byte) => hex(byte, 2));

/** UUIDv7 generators (RFC 9562 §5.7, method 1: a 12-bit counter keeps ids of one millisecond in order). */
export const createUuidV7 = (now: () => number, random: (bytes: number) => Uint8Array): NewId => {
  let lastMs = 0;
  let counter = 0;
  return () => {
    const ms = Math.max(now(), lastMs);
    const bytes = random(10);
    if (ms === lastMs) counter += 1;
    else counter = (((bytes[8] ?? 0) << 8) | (bytes[9] ?? 0)) & 0x7ff;
    // A full counter borrows from the next millisecond instead of repeating itself.
    lastMs = counter > 0xfff ? ms + 1 : ms;
    counter &= 0xfff;
    const [variant = 0] = bytes;
    let tail = BYTES[(variant & 0x3f) | 0x80] ?? '';
    for (let index = 1; index < 8; index += 1) tail += BYTES[bytes[index] ?? 0] ?? '';
    const time = hex(lastMs, 12);
    return `${time.slice(0, 8)}-${time.slice(8)}-7${hex(counter, 3)}-${tail.slice(0, 4)}-${tail.slice(4)}`;
  };
};

/** The lowest UUIDv7 of a millisecond: an id is never older than its time of creation. */
export const firstUuidV7 = (at: Date): string => {
  const time = hex(Math.max(at.getTime(), 0), 12);
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-000000000000`;
};
