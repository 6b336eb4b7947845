import type { Result } from '@pao/kernel';

/** Where a sealed text belongs; it opens nowhere else. */
export interface SealPlace {
  readonly tenantId: string;
  readonly requestId: string;
  /** Within the request: see `sealedConfigPlace`. */
  readonly place: string;
}

/** `unknown-key`: the key it was sealed with is not at hand. `altered`: it is of another place, or was changed. */
export type OpenError =
  | { readonly kind: 'unknown-key'; readonly keyId: string }
  | { readonly kind: 'altered'; readonly keyId: string }
  | { readonly kind: 'malformed' };

/**
 * Opens what the request service sealed. Answers at once: an adapter whose keys live elsewhere (a KMS) unwraps them when it starts.
 */
export interface Sealer {
  open(sealed: string, place: SealPlace): Result<string, OpenError>;
}
