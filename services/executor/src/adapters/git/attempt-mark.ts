/** Who commits: `Name <e-mail>`. */
export interface Author {
  readonly name: string;
  readonly email: string;
}

/**
 * How a commit is known again as that of an attempt. Its author, dates and message are the same at each try, so that on the same base it
 * is the same commit, whoever makes it.
 */
export interface AttemptMark {
  readonly message: string;
  readonly author: Author;
  /** Of author and committer alike, to the second. */
  readonly date: Date;
  /** Fit for the name of a branch: the end of the task's id, and the generation. */
  readonly suffix: string;
  /** `<task>` and `g<generation>` of the attempt. */
  readonly task: string;
  readonly generation: string;
}

const ATTEMPT = /^pao-(?<task>[0-9A-Za-z-]+)-(?<generation>g\d+)-[a-z-]+$/;

/** Where an attempt's task doesn't say when it was made. */
const SOME_DAY = Date.UTC(2026, 0, 1);

/** When a task was made: the first 48 bits of a UUID of version 7. */
const madeAt = (task: string): number => {
  const digits = /^([0-9a-f]{8})-([0-9a-f]{4})-7[0-9a-f]{3}-/.exec(task);
  return digits ? Number.parseInt(`${digits[1]}${digits[2]}`, 16) : SOME_DAY;
};

/** The line of a commit's message that tells which attempt made it. */
const TRAILER = 'Pao-Attempt';

export const markOf = (name: string, message: string, author: Author): AttemptMark => {
  const { task = name, generation = 'g1' } = ATTEMPT.exec(name)?.groups ?? {};
  return {
    message: `${message.trimEnd()}\n\n${TRAILER}: ${name}\n`,
    author,
    date: new Date(Math.floor(madeAt(task) / 1_000) * 1_000),
    suffix: `${task.replaceAll(/[^0-9a-z]/gi, '').slice(-12)}-${generation}`,
    task,
    generation,
  };
};

export interface FoundCommit {
  readonly message: string;
  readonly author: { readonly email: string; readonly date: Date };
}

/** Whether a commit is that of the attempt. Its whole message and its date must be; a line that somebody copied is not enough. */
export const carriesMark = ({ message, author }: FoundCommit, mark: AttemptMark): boolean =>
  message.trimEnd() === mark.message.trimEnd() &&
  author.email === mark.author.email &&
  author.date.getTime() === mark.date.getTime();
