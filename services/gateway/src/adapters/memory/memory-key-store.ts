import { createHash, timingSafeEqual } from 'node:crypto';
import type { Principal } from '../../core/domain/principal.ts';
import type { KeyStore } from '../../core/ports/key-store.ts';

export interface ApiKey {
  readonly name: string;
  /** Of the key, hexadecimal. */
  readonly sha256: string;
  readonly email: string;
  readonly teams: readonly string[];
  readonly roles: readonly string[];
  readonly tenant: string;
}

/** The keys that the configuration lists. */
export const createMemoryKeyStore = (keys: readonly ApiKey[]): KeyStore => {
  const holders = keys.map(({ name, sha256, ...holder }) => ({
    digest: Buffer.from(sha256, 'hex'),
    principal: Object.freeze<Principal>({ subject: `key:${name}`, name, ...holder }),
  }));
  return {
    holderOf: (key) => {
      const digest = createHash('sha256').update(key).digest();
      let found: Principal | undefined;
      for (const holder of holders) {
        if (timingSafeEqual(holder.digest, digest)) found = holder.principal;
      }
      return found;
    },
  };
};
