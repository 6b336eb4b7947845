import { createScrub, errorMessage } from '@pao/kernel';
import { definite, type Failed } from './changes.ts';
import { GitFailure } from './run-git.ts';

interface Reason {
  readonly pattern: RegExp;
  readonly code: string;
  readonly reason: string;
}

const REASONS: readonly Reason[] = [
  {
    pattern:
      /authentication failed|could not read (username|password)|terminal prompts disabled|http basic: access denied|permission denied|error: 40[13]\b/i,
    code: 'GIT_AUTHENTICATION_FAILED',
    reason: 'refused the credentials',
  },
  {
    pattern: /host key verification failed/i,
    code: 'GIT_AUTHENTICATION_FAILED',
    reason: 'has a host key that is not among the known ones',
  },
  { pattern: /transport '[^']*' not allowed/i, code: 'REPOSITORY_REFUSED', reason: 'is of a kind that is not allowed' },
  {
    pattern: /unable to update url base from redirection|error: 30[1278]\b/i,
    code: 'REPOSITORY_MISSING',
    reason: 'redirects, which is not followed',
  },
  {
    pattern:
      /repository .*not found|does not appear to be a git repository|not a git repository|does not exist|error: 404\b/i,
    code: 'REPOSITORY_MISSING',
    reason: 'has no such repository, or it may not be read',
  },
];

/** Control characters and credentials have no place in what people are shown. */
const firstLine = ({ stderr, exitCode }: GitFailure): string => {
  const lines = stderr.split('\n').map((line) => line.trim());
  const line = lines.find((text) => /^(fatal|error|remote):/.test(text)) ?? `exit code ${exitCode}`;
  return line
    .replaceAll(/[^\x20-\x7e\u00a0-\u{10ffff}]/gu, ' ')
    .replaceAll(/:\/\/[^/\s@]*@/g, '://')
    .slice(0, 200);
};

/** Why git did not do what it was told before anything was sent: then nothing has happened. */
export const failureOfGit = (error: unknown, name: string, secrets: readonly string[]): Failed => {
  const scrub = createScrub(secrets);
  if (!(error instanceof GitFailure)) {
    const message = scrub(`git did not end in time with ${name}: ${errorMessage(error)}`);
    return { kind: 'not-executed', failure: { code: 'GIT_FAILED', message } };
  }
  // What could not be started has said nothing: simple-git puts the system's words there.
  if (error.exitCode < 0 && error.stderr.includes('ENOENT')) {
    return definite({ code: 'GIT_MISSING', message: 'git is not installed where the executor runs.' });
  }
  const known = REASONS.find(({ pattern }) => pattern.test(error.stderr));
  if (known) return definite({ code: known.code, message: `${name} ${known.reason}.` });
  return { kind: 'not-executed', failure: { code: 'GIT_FAILED', message: scrub(`${name}: ${firstLine(error)}`) } };
};

/** What became of a push that git did not end well: `moved` when the branch was not what it was expected to be. */
export const failureOfPush = (error: unknown, name: string, secrets: readonly string[]): Failed | 'moved' => {
  const told = failureOfGit(error, name, secrets);
  if (error instanceof GitFailure) {
    const refusal = error.stdout.split('\n').find((line) => line.startsWith('!'));
    if (refusal?.includes('[rejected]') === true) return 'moved';
    if (refusal?.includes('[remote rejected]') === true) {
      const why = createScrub(secrets)(/\[remote rejected\] (.*)$/.exec(refusal)?.[1] ?? '').slice(0, 200);
      return definite({ code: 'PUSH_REFUSED', message: `${name} refuses the commit: ${why}` });
    }
  }
  if (told.kind === 'definite-failure') return told;
  const message = `${told.failure.message} It may have taken the commit: look before you retry.`;
  return { kind: 'unknown', failure: { ...told.failure, message } };
};
