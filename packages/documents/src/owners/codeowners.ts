import { compilePattern, matchesPattern, type PathPattern } from './pattern.ts';

/** GitHub ignores a larger file as a whole. */
export const MAX_CODEOWNERS_BYTES = 3 * 1024 * 1024;

/** A line that has no effect, and why. Lines and columns count from 1. */
export interface CodeownersProblem {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** Who owns which path of a repository. */
export interface Codeowners {
  /** The owners of a file as they are written; none when nobody owns it. The last line that matches decides. */
  readonly ownersOf: (path: string) => readonly string[];
  readonly problems: readonly CodeownersProblem[];
}

interface Rule {
  readonly position: number;
  readonly pattern: PathPattern;
  readonly owners: readonly string[];
}

interface Word {
  readonly text: string;
  readonly column: number;
}

const isSpace = (char: string): boolean => char === ' ' || char === '\t';

/** The words of a line up to a comment. A backslash keeps the character after it, a space as well, in its word. */
const wordsOf = (line: string): readonly Word[] => {
  const words: Word[] = [];
  let at = 0;
  while (at < line.length) {
    if (isSpace(line.charAt(at))) {
      at += 1;
      continue;
    }
    if (line.charAt(at) === '#') break;
    const start = at;
    while (at < line.length && !isSpace(line.charAt(at))) at += line.charAt(at) === '\\' ? 2 : 1;
    words.push({ text: line.slice(start, at), column: start + 1 });
  }
  return words;
};

const isName = (text: string): boolean => /^[\w.-]+$/.test(text);

/** `@user`, `@organization/team` or an e-mail address. */
const isOwner = (text: string): boolean => {
  if (text.startsWith('@')) {
    const parts = text.slice(1).split('/');
    return parts.length <= 2 && parts.every(isName);
  }
  const at = text.indexOf('@');
  return at > 0 && at === text.lastIndexOf('@') && at < text.length - 1 && !text.includes('/');
};

const patternProblem = (pattern: string): string | undefined => {
  if (pattern.startsWith('!')) return 'A pattern cannot be negated with "!".';
  if (/(?<!\\)[[\]]/.test(pattern)) return 'Ranges of characters in "[ ]" are not supported.';
  if (pattern.includes('***')) return 'Three asterisks in a row mean nothing.';
  if (compilePattern(pattern) === undefined) return 'This pattern matches no file.';
  return undefined;
};

const problemOf = ([pattern, ...owners]: readonly Word[]): Omit<CodeownersProblem, 'line'> | undefined => {
  if (!pattern) return undefined;
  const message = patternProblem(pattern.text);
  if (message !== undefined) return { column: pattern.column, message };
  const wrong = owners.find(({ text }) => !isOwner(text));
  if (!wrong) return undefined;
  return {
    column: wrong.column,
    message: 'An owner is written @user, @organization/team or as an e-mail address.',
  };
};

/** Rules by the folders their paths begin with, so that a file is held only against those that can be meant. */
const indexRules = (rules: readonly Rule[]): ReadonlyMap<string, readonly Rule[]> => {
  const index = new Map<string, Rule[]>();
  for (const rule of rules) {
    const key = rule.pattern.prefix.join('/');
    const known = index.get(key);
    if (known) known.push(rule);
    else index.set(key, [rule]);
  }
  return index;
};

const lastMatch = (index: ReadonlyMap<string, readonly Rule[]>, path: string): Rule | undefined => {
  const segments = path.split('/');
  let found: Rule | undefined;
  for (let depth = 0; depth <= segments.length; depth += 1) {
    const rules = index.get(segments.slice(0, depth).join('/')) ?? [];
    const match = rules.findLast(
      ({ pattern, position }) => position > (found?.position ?? -1) && matchesPattern(pattern, segments),
    );
    if (match) found = match;
  }
  return found;
};

const NOBODY: readonly string[] = [];

/**
 * Reads a CODEOWNERS file as GitHub does: a line that is wrong has no effect and is told, a line without owners takes ownership
 * away, and the letters' case counts.
 */
export const parseCodeowners = (text: string): Codeowners => {
  if (new TextEncoder().encode(text).length > MAX_CODEOWNERS_BYTES) {
    const message = 'The file is over 3 MB and is ignored as a whole.';
    return { ownersOf: () => NOBODY, problems: [{ line: 1, column: 1, message }] };
  }
  const rules: Rule[] = [];
  const problems: CodeownersProblem[] = [];
  for (const [position, line] of text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)
    .entries()) {
    const words = wordsOf(line);
    const [first, ...owners] = words;
    const problem = problemOf(words);
    if (problem) problems.push({ line: position + 1, ...problem });
    const pattern = first && !problem ? compilePattern(first.text) : undefined;
    if (pattern) rules.push({ position, pattern, owners: owners.map((owner) => owner.text) });
  }
  const index = indexRules(rules);
  return { ownersOf: (path) => lastMatch(index, path)?.owners ?? NOBODY, problems };
};

/** The team an owner stands for: of `@organization/team` the team's name; a user or an e-mail address as it is. */
export const teamOf = (owner: string): string => {
  const slash = owner.indexOf('/');
  return owner.startsWith('@') && slash > 0 ? owner.slice(slash + 1) : owner;
};
