import { inflateRawSync } from 'node:zlib';

const END = 0x06054b50;
const ENTRY = 0x02014b50;
const LOCAL = 0x04034b50;
const END_SIZE = 22;
const ENTRY_SIZE = 46;
const LOCAL_SIZE = 30;
const MAX_ENTRIES = 1_000;

const STORED = 0;
const DEFLATED = 8;
const ENCRYPTED = 1;

interface Entry {
  readonly name: string;
  readonly flags: number;
  readonly method: number;
  readonly packed: number;
  readonly at: number;
}

const isAt = (zip: Buffer, at: number, signature: number, size: number): boolean =>
  at >= 0 && at + size <= zip.length && zip.readUInt32LE(at) === signature;

/** Where the list of contents is told of; a comment of up to 64 KiB may follow. */
const findEnd = (zip: Buffer): number | undefined => {
  for (let at = zip.length - END_SIZE; at >= 0 && at >= zip.length - END_SIZE - 65_535; at -= 1) {
    if (isAt(zip, at, END, END_SIZE)) return at;
  }
  return undefined;
};

const entriesOf = (zip: Buffer): readonly Entry[] => {
  const end = findEnd(zip);
  if (end === undefined) return [];
  const count = Math.min(zip.readUInt16LE(end + 10), MAX_ENTRIES);
  const entries: Entry[] = [];
  let at = zip.readUInt32LE(end + 16);
  for (let index = 0; index < count && isAt(zip, at, ENTRY, ENTRY_SIZE); index += 1) {
    const nameLength = zip.readUInt16LE(at + 28);
    entries.push({
      name: zip.toString('utf8', at + ENTRY_SIZE, at + ENTRY_SIZE + nameLength),
      flags: zip.readUInt16LE(at + 8),
      method: zip.readUInt16LE(at + 10),
      packed: zip.readUInt32LE(at + 20),
      at: zip.readUInt32LE(at + 42),
    });
    at += ENTRY_SIZE + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return entries;
};

/**
 * One file of a zip archive, at most so many bytes; undefined when it isn't there, is larger, is encrypted, or the archive is none. Nothing is
 * written anywhere, so the names in an archive mean nothing.
 */
export const unzipFile = (zip: Buffer, name: string, maxBytes: number): Buffer | undefined => {
  const entry = entriesOf(zip).find((one) => one.name === name);
  if (!entry || (entry.flags & ENCRYPTED) !== 0 || !isAt(zip, entry.at, LOCAL, LOCAL_SIZE)) return undefined;
  const start = entry.at + LOCAL_SIZE + zip.readUInt16LE(entry.at + 26) + zip.readUInt16LE(entry.at + 28);
  const packed = zip.subarray(start, start + entry.packed);
  if (packed.length !== entry.packed) return undefined;
  if (entry.method === STORED) return packed.length <= maxBytes ? packed : undefined;
  if (entry.method !== DEFLATED) return undefined;
  try {
    return inflateRawSync(packed, { maxOutputLength: maxBytes });
  } catch {
    return undefined;
  }
};
