import type { Result } from '@pao/kernel';
import type { Finding } from '../domain/finding.ts';

export interface SourceFile {
  /** From the catalog's root, with `/` whatever the platform. */
  readonly path: string;
  readonly text: string;
}

/** The file that says who owns which path, as GitHub looks for it. */
export interface CodeownersFile {
  /** In the repository. */
  readonly path: string;
  readonly text: string;
  /** The catalog's root in the repository, which its patterns are about: empty, or `a/folder`. */
  readonly root: string;
}

/** All catalog files at one moment. */
export interface Snapshot {
  /** Names the content: the same files, the same commit. */
  readonly commit: string;
  /** Null where there are no branches. */
  readonly branch: string | null;
  readonly files: readonly SourceFile[];
  /** Files that are there but can't be read as text, each an error; their documents count as broken. */
  readonly unreadable: readonly Finding[];
  readonly codeowners: CodeownersFile | null;
  /** Whether the commit does not continue the one that was known, on the same branch. */
  readonly forced: boolean;
}

/** What was read last. */
export interface KnownCommit {
  readonly commit: string;
  readonly branch: string | null;
}

export interface SourceFailure {
  readonly kind: 'source-unreadable';
  /** For people: what is wrong and where. Holds no secret. */
  readonly reason: string;
}

/** Where the catalog repository is read. A snapshot is whole: never half of one commit and half of another. */
export interface CatalogSource {
  /** For people: the folder or the repository, without credentials. Another name is another catalog. */
  readonly name: string;
  /**
   * @param known what was read last; null when nothing was, or it was of another source.
   * @param when `if-changed` answers 'unchanged' as cheaply as can be found out that there is still nothing but the known commit.
   */
  read(
    known: KnownCommit | null,
    when: 'if-changed' | 'always',
  ): Promise<Result<Snapshot | 'unchanged', SourceFailure>>;
}
