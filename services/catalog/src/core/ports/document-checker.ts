import type { Verdict } from '../domain/sync-plan.ts';
import type { SourceFile } from './catalog-source.ts';

/** Parses and checks the documents of one snapshot, alone and together. */
export interface DocumentChecker {
  /** Names the rules; the same rules and the same files give the same verdict. */
  readonly rules: string;
  /** Never rejects because of what a file holds. */
  check(files: readonly SourceFile[]): Promise<Verdict>;
}
