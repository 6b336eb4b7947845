import type { JsonObject } from '@pao/kernel';
import type { BrokenFile, Verdict } from '../domain/sync-plan.ts';
import type { SourceFile } from './catalog-source.ts';

/** A document that is offered, and the file it was read from. */
export interface OfferedDocument {
  readonly path: string;
  readonly document: JsonObject;
}

/** Parses and checks the documents of one snapshot, alone and together. */
export interface DocumentChecker {
  /** Names the rules; the same rules and the same files give the same verdict. */
  readonly rules: string;
  /**
   * Never rejects because of what a file holds.
   * @param offeredOf what is still offered of files that turn out to be broken: the others are checked against that, so that a
   * bundle is not broken by a typing error in one of its items.
   */
  check(
    files: readonly SourceFile[],
    offeredOf: (broken: readonly BrokenFile[]) => Promise<readonly OfferedDocument[]>,
  ): Promise<Verdict>;
}
