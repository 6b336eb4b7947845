/** Who can mend it: who asked, the team whose document or platform it is, or who runs PAO. */
export type RunbookOwner = 'developer' | 'platform team' | 'operator';

/** Where a code comes from: an answer of the API, a call to a target, what a task is made of, or the ticket of a task. */
export type RunbookArea = 'api' | 'target' | 'task' | 'ticket';

/** What somebody can do about it; `call` is the call of the API that was refused. */
export type RunbookStep = 'call' | 'retry' | 'complete-task' | 'escalate' | 'abort';

/** What a stable code means, and what to do. Texts are Markdown without links, so that a terminal shows them as well. */
export interface RunbookPage {
  readonly area: RunbookArea;
  readonly title: string;
  readonly meaning: string;
  /** What may have taken effect in spite of it. */
  readonly mayHaveHappened: string;
  readonly check: readonly string[];
  /** What is safe, and when. A step that is absent does not help, or does not apply. */
  readonly safe: Readonly<Partial<Record<RunbookStep, string>>>;
  readonly owner: RunbookOwner;
}

export type RunbookPages = Readonly<Record<string, RunbookPage>>;
