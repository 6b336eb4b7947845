import type { Result } from '@pao/kernel';
import type { Finding } from '../domain/finding.ts';

export interface SourceFile {
  /** In the repository, with `/` whatever the platform. */
  readonly path: string;
  readonly text: string;
}

/** All catalog files at one moment. */
export interface Snapshot {
  /** Names the content: the same files, the same commit. */
  readonly commit: string;
  readonly files: readonly SourceFile[];
  /** Files that are there but can't be read as text, each an error; their documents count as broken. */
  readonly unreadable: readonly Finding[];
}

export interface SourceFailure {
  readonly kind: 'source-unreadable';
  /** For people: what is wrong and where. */
  readonly reason: string;
}

/** Where the catalog repository is read. A snapshot is whole: never half of one commit and half of another. */
export interface CatalogSource {
  /** For people: the folder or the repository. */
  readonly name: string;
  /** @param known the commit read last, which need not be read as carefully again. */
  read(known: string | null): Promise<Result<Snapshot, SourceFailure>>;
}
