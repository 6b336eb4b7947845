import { DEFAULT_MAX_FILE_SIZE } from '../limits.ts';

const UNITS: { readonly [unit: string]: number | undefined } = {
  '': 1,
  B: 1,
  KB: 1_000,
  KIB: 1_024,
  MB: 1_000_000,
  MIB: 1_048_576,
};

/** `maxSize` of a file field in bytes. */
export const sizeInBytes = (size: number | string | undefined): number => {
  if (size === undefined) return DEFAULT_MAX_FILE_SIZE;
  if (typeof size === 'number') return size;
  const [, digits = '', unit = ''] = /^(\d+) ?([A-Za-z]*)$/.exec(size) ?? [];
  return Number(digits) * (UNITS[unit.toUpperCase()] ?? Number.NaN);
};

/** Length of the base64 text of so many bytes. */
export const base64Length = (bytes: number): number => Math.ceil(bytes / 3) * 4;

/** Bytes that a padded base64 text stands for; undefined when it is not one. */
export const base64Size = (text: string): number | undefined => {
  if (text.length % 4 !== 0 || !BASE64.test(text)) return undefined;
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  return (text.length / 4) * 3 - padding;
};

export const BASE64_PATTERN = '^[A-Za-z0-9+/]*={0,2}$';
const BASE64 = new RegExp(BASE64_PATTERN);
