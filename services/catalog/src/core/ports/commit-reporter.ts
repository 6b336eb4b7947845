/** What became of a commit of the catalog repository. */
export interface CommitOutcome {
  readonly commit: string;
  /** Errors found in its files. */
  readonly errors: number;
}

/** Tells the people who made a commit what became of it, where they look. */
export interface CommitReporter {
  /** Each outcome of a commit is told once. Throws what kept it from being told. */
  report(outcome: CommitOutcome): Promise<void>;
}
