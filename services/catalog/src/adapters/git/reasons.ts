import { errorMessage } from '@pao/kernel';
import { SourceRefused } from '../repository/layout.ts';
import { GitFailure } from './run-git.ts';

const REASONS: readonly (readonly [pattern: RegExp, reason: (name: string) => string])[] = [
  [
    /authentication failed|could not read (username|password)|terminal prompts disabled|http basic: access denied|permission denied \(|error: 40[13]\b/i,
    (name) => `authentication failed for ${name}`,
  ],
  [/host key verification failed/i, (name) => `the host key of ${name} is not among the known ones`],
  [/transport '[^']*' not allowed/i, (name) => `${name} is of a kind that is not allowed`],
  [/dubious ownership/i, (name) => `${name} belongs to another user of this machine`],
  [
    /unable to update url base from redirection|error: 30[1278]\b/i,
    (name) => `${name} has moved: the server redirects, which is not followed`,
  ],
  [
    /could not resolve host|couldn't resolve|connection refused|connection timed out|failed to connect|network is unreachable|no route to host/i,
    (name) => `${name} cannot be reached`,
  ],
  [
    /repository .*not found|repository not found|does not appear to be a git repository|not a git repository|does not exist|error: 404\b/i,
    (name) => `there is no repository at ${name}, or it may not be read`,
  ],
];

/** The mirror on this machine is of no use any more, whatever became of it. */
const BROKEN_MIRROR =
  /\.lock': file exists|bad object|corrupt|object file .* is empty|invalid sha1 pointer|unable to read (tree|sha1)|unable to create .*: no such/i;

export const isBrokenMirror = (error: unknown): boolean =>
  error instanceof GitFailure && BROKEN_MIRROR.test(error.stderr);

const firstLine = ({ stderr, exitCode }: GitFailure): string => {
  const lines = stderr.split('\n').map((line) => line.trim());
  const line = lines.find((text) => /^(fatal|error):/.test(text)) ?? `exit code ${exitCode}`;
  // Control characters and credentials have no place in what people are shown.
  return line
    .replaceAll(/[^\x20-\x7e\u00a0-\u{10ffff}]/gu, ' ')
    .replaceAll(/:\/\/[^/\s@]*@/g, '://')
    .slice(0, 200);
};

/** What is wrong, for people. The token never stands in it, wherever git may have put it. */
export const reasonOf = (name: string, error: unknown, token: string | undefined): string => {
  const text = ((): string => {
    if (error instanceof SourceRefused) return error.message;
    if (error instanceof GitFailure) {
      // What could not be started has said nothing: simple-git puts the system's words there.
      if (error.exitCode < 0 && error.stderr.includes('ENOENT')) return 'git is not installed';
      const known = REASONS.find(([pattern]) => pattern.test(error.stderr));
      return known ? known[1](name) : `${name} cannot be read: ${firstLine(error)}`;
    }
    if (/abort|timeout/i.test(errorMessage(error))) return `${name} took too long, or answered too much`;
    return `${name} cannot be read: ${errorMessage(error)}`;
  })();
  return token === undefined ? text : text.replaceAll(token, '[redacted]');
};
