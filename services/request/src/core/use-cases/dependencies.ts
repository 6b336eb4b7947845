import type { NewId } from '@pao/kernel';
import type { Digest } from '../domain/audit.ts';
import type { Platform } from '../domain/scope.ts';
import type { Callbacks } from '../ports/callbacks.ts';
import type { Catalog } from '../ports/catalog.ts';
import type { Commits } from '../ports/commits.ts';
import type { KnownPools } from '../ports/known-pools.ts';
import type { RequestStore } from '../ports/request-store.ts';
import type { Sealer } from '../ports/sealer.ts';

/** What the use cases that change requests work with. */
export interface Dependencies {
  readonly store: RequestStore;
  readonly catalog: Catalog;
  readonly commits: Commits;
  readonly platform: Platform;
  readonly now: () => Date;
  readonly newId: NewId;
  readonly digest: Digest;
  /** Undefined without keys: then nothing with a secret is accepted. */
  readonly sealer: Sealer | undefined;
  /** Undefined where targets can't call back. */
  readonly callbacks?: Callbacks | undefined;
  /** What executors tell that they can undo; where it is absent, nothing but what documents say is undone. */
  readonly pools?: Pick<KnownPools, 'read'>;
}
