import type { RunbookPage, RunbookPages } from './page.ts';
import { LOOK_AT_TARGET, NOTHING_HAPPENED, PERHAPS_HAPPENED, SAFE_ONCE_CHECKED, safeAgain } from './safe.ts';

type Told = Pick<RunbookPage, 'title' | 'meaning' | 'check'> &
  Partial<Pick<RunbookPage, 'owner' | 'mayHaveHappened' | 'safe'>>;

const page = (told: Told): RunbookPage => ({
  area: 'target',
  mayHaveHappened: NOTHING_HAPPENED,
  safe: safeAgain('Once the cause is gone.'),
  owner: 'platform team',
  ...told,
});

const THE_PULL_REQUEST = 'The commit and its pull request are there; it is not merged.';

/** What can be wrong with commits, pull requests and workflows. */
export const gitPages: RunbookPages = {
  GITHUB_NOT_CONFIGURED: page({
    title: 'There is no GitHub, or there are no credentials for it',
    meaning: 'The executor knows no GitHub of this name, or has neither a token nor an app for it.',
    check: [
      '`PAO_GITHUB_TOKEN`, or `PAO_GITHUB_APP_ID` and its key, and `PAO_GITHUB_INSTANCES`, where the executor runs.',
    ],
    owner: 'operator',
  }),
  GITHUB_RATE_LIMITED: page({
    title: 'GitHub asks for a pause',
    meaning: 'The rate limit of the credentials is used up, and the time of the action was over before it was renewed.',
    check: [
      'What else uses the same credentials.',
      'Whether a GitHub App, which has a larger limit, can take their place.',
    ],
    owner: 'operator',
  }),
  REPOSITORY_REFUSED: page({
    title: 'The repository is not among those that may be named',
    meaning: 'The document names a repository, or a git server, that the executor is not allowed to use.',
    check: ['`repository` in the document.', '`PAO_GITHUB_ALLOW` and `PAO_GIT_ALLOW`, where the executor runs.'],
  }),
  REPOSITORY_MISSING: page({
    title: 'There is no such repository',
    meaning: 'The git server knows no repository there, moved it, or does not show it to these credentials.',
    check: ['`repository` in the document.', 'What the credentials may read.'],
  }),
  REPOSITORY_TOO_LARGE: page({
    title: 'A folder holds too many files',
    meaning: 'GitHub does not list the folder whole, so what is in it can not be judged.',
    check: ['The folder that the files of the action are in.'],
  }),
  BRANCH_MISSING: page({
    title: 'There is no branch to commit on',
    meaning: 'The repository has neither the branch of the document nor a default branch: it may be empty.',
    check: ['`branch` in the document.', 'Whether the repository has a first commit.'],
  }),
  BASE_MOVED: page({
    title: 'Others were faster',
    meaning: 'The branch moved each time while the commit was made on what it was before.',
    check: ['Who else writes to the branch so often; a pull request has a branch of its own.'],
    safe: safeAgain('Yes.'),
  }),
  COMMIT_CONFLICT: page({
    title: 'A file is there that should not be, or is not there that should',
    meaning:
      'A file to be created is there, one to be changed or deleted is not, or a folder, a link or a submodule is in its place.',
    check: ['The path in the message, in the repository.', '`operation` of the file in the document.'],
  }),
  PATH_REFUSED: page({
    title: 'A file can not have this path',
    meaning:
      "The path leads out of the repository, into git's own files or into workflows, or is not what it looks like.",
    check: ['The path in the message, and which value of the request it was made of.'],
  }),
  PUSH_REFUSED: page({
    title: 'The git server refuses the commit',
    meaning: 'The branch is protected, or a check of the server said no.',
    check: ['The words of the server in the message.', 'The rules of the branch.'],
  }),
  GIT_AUTHENTICATION_FAILED: page({
    title: 'The git server refuses the credentials',
    meaning: 'They are wrong, missing, or may not write there; or the key of the server is not known.',
    check: ['`PAO_GIT_CREDENTIALS` for this host, and the known hosts of ssh, where the executor runs.'],
    owner: 'operator',
  }),
  GIT_MISSING: page({
    title: 'git is not installed',
    meaning: 'Repositories outside of GitHub need the program git beside the executor.',
    check: ['The image or machine of the executor.'],
    owner: 'operator',
  }),
  GIT_FAILED: page({
    title: 'git did not get through',
    meaning:
      'git could not reach the server, or did not end in time. Where the message says so, the push was under way.',
    mayHaveHappened: PERHAPS_HAPPENED,
    check: [LOOK_AT_TARGET],
    safe: SAFE_ONCE_CHECKED,
    owner: 'operator',
  }),
  PULL_REQUEST_CLOSED: page({
    title: 'The pull request was closed',
    meaning: 'Somebody closed it without merging it.',
    mayHaveHappened: THE_PULL_REQUEST,
    check: ['What was said at the pull request.'],
    safe: safeAgain('Once the pull request is open again: the retry goes on with it.'),
  }),
  PULL_REQUEST_CHANGED: page({
    title: 'The pull request holds more than was committed',
    meaning: 'Somebody added to its branch. What nobody asked for in the request is not merged by a machine.',
    mayHaveHappened: THE_PULL_REQUEST,
    check: ['What was added. If it is fine, merge it by hand and complete the task.'],
  }),
  PULL_REQUEST_NOT_MERGED: page({
    title: 'The pull request was not merged in time',
    meaning: 'Its checks were not green, or its reviews not there, within seven days.',
    mayHaveHappened: THE_PULL_REQUEST,
    check: ['What stands in the way, at the pull request.'],
    safe: safeAgain('Once nothing is in its way: the retry goes on with it.'),
  }),
  STEP_UNKNOWN: page({
    title: 'The executor does not know how to go on',
    meaning: 'What was done is recorded by another version of the action type.',
    mayHaveHappened: 'The steps before: the evidence names them.',
    check: ['Whether executors of several versions run side by side.'],
    owner: 'operator',
  }),
  WORKFLOW_MISSING: page({
    title: 'There is no such workflow',
    meaning: 'The file is not in `.github/workflows` at the given ref, or the credentials may not see it.',
    check: ['`workflowFile` and `ref` in the document.'],
  }),
  WORKFLOW_FAILED: page({
    title: 'The workflow failed',
    meaning: 'Its run ended, and not well. The evidence names the steps that failed.',
    mayHaveHappened: 'What the steps of the run before the failed one did.',
    check: ['The run, at the address in the message.'],
    safe: safeAgain('When the workflow may run again after what it did: that is another run.'),
  }),
  WORKFLOW_NOT_ENDED: page({
    title: 'The workflow did not end in time',
    meaning: 'Its run was started and was still under way, or could not be found or read, when the time was over.',
    mayHaveHappened: PERHAPS_HAPPENED,
    check: ['How the run stands, at the address in the evidence.', 'Whether `timeout` in the document is long enough.'],
    safe: SAFE_ONCE_CHECKED,
  }),
};
