import type { Principal } from '../domain/principal.ts';

/** The API keys. Keys themselves are nowhere: only their SHA-256 is known. */
export interface KeyStore {
  /** Who holds the key; undefined for an unknown one. Takes as long for a near miss as for any other. */
  holderOf(key: string): Principal | undefined;
}
