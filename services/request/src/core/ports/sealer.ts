import type { Result } from '@pao/kernel';

/** Where a sealed text belongs; it opens nowhere else. */
export interface SealPlace {
  readonly tenantId: string;
  readonly requestId: string;
  /** Within the request, such as `input.basic.password`. */
  readonly place: string;
}

/** `unknown-key`: the key it was sealed with is not at hand. `altered`: it is of another place, or was changed. */
export type OpenError =
  | { readonly kind: 'unknown-key'; readonly keyId: string }
  | { readonly kind: 'altered'; readonly keyId: string }
  | { readonly kind: 'malformed' };

/**
 * Keeps secrets of requests from whoever reads what is stored or sent. Answers at once: an adapter whose keys live elsewhere (a KMS)
 * unwraps them when it starts.
 */
export interface Sealer {
  seal(text: string, place: SealPlace): string;
  open(sealed: string, place: SealPlace): Result<string, OpenError>;
  /** A digest from which nobody without the key can guess the text. */
  fingerprint(text: string): string;
  isFingerprintOf(fingerprint: string, text: string): boolean;
}
