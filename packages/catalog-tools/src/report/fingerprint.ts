import type { Finding } from '@pao/documents';

const PRIME = 0x100000001b3n;
const BASIS = 0xcbf29ce484222325n;
const MASK = (1n << 64n) - 1n;

/** FNV-1a over UTF-8, 64 bits: fingerprints tell findings apart, they keep nothing safe. */
const hash = (text: string): string => {
  let value = BASIS;
  for (const byte of new TextEncoder().encode(text)) value = ((value ^ BigInt(byte)) * PRIME) & MASK;
  return value.toString(16).padStart(16, '0');
};

// Where it is in the document, not in the file: lines that are added above leave it as it was.
const identity = ({ code, path, pointer, message }: Finding): string =>
  JSON.stringify([code, path, pointer ?? message]);

/** One fingerprint a finding, in their order. Findings alike are counted: the second ends in `:2`. */
export const fingerprints = (findings: readonly Finding[]): readonly string[] => {
  const seen = new Map<string, number>();
  return findings.map((finding) => {
    const own = hash(identity(finding));
    const number = (seen.get(own) ?? 0) + 1;
    seen.set(own, number);
    return `${own}:${number}`;
  });
};
