import { createScrub, type Scrub } from '@pao/kernel';
import type { SecretStore } from '../core/ports/secret-store.ts';

export interface SecretReader {
  read(reference: string): Promise<string>;
  /** Takes out what was read so far, and what was known before. */
  readonly scrub: Scrub;
}

/** Reads secrets for one effect, and remembers them, so that none is in what is told of it. */
export const createSecretReader = (store: SecretStore, known: readonly string[]): SecretReader => {
  const secrets = new Set(known);
  let scrub = createScrub([...secrets]);
  return {
    read: async (reference) => {
      const found = await store.resolve(reference);
      if (!found.ok) throw new Error(found.error.message);
      if (!secrets.has(found.value)) {
        secrets.add(found.value);
        scrub = createScrub([...secrets]);
      }
      return found.value;
    },
    scrub: (text) => scrub(text),
  };
};
