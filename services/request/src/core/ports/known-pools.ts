import type { Pool } from '../domain/pools.ts';

/** Pools as they are known now, by name. */
export interface KnownPools {
  read(): Promise<readonly Pool[]>;
  /** There is news. */
  forget(): void;
}
