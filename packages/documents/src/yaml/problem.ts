import type { Code } from '../codes.ts';

/** Why a text is not a document, at an offset of the text. A text has at most one: what follows it is noise. */
export interface YamlProblem {
  readonly code: Code;
  readonly message: string;
  readonly hint?: string;
  readonly start: number;
  readonly end: number;
}

export interface ProblemOptions {
  readonly hint?: string;
  readonly end?: number;
}

/** How the reading of a text is cut short; never leaves {@link readYaml}. */
export class YamlProblemError extends Error {
  override readonly name = 'YamlProblemError';
  readonly problem: YamlProblem;

  constructor(problem: YamlProblem) {
    super(problem.message);
    this.problem = problem;
  }
}

export const problem = (code: Code, start: number, message: string, options: ProblemOptions = {}): YamlProblem => ({
  code,
  message,
  start,
  end: options.end ?? start + 1,
  ...(options.hint === undefined ? {} : { hint: options.hint }),
});

const MAX_QUOTED = 200;

/** Messages quote the document, and a document may hold a word of any length. */
export const shorten = (message: string): string =>
  message.length > MAX_QUOTED ? `${message.slice(0, MAX_QUOTED)}…` : message;
