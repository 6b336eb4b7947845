import { DEFAULT_RESEND, type Effect, type EffectContext, type NextStep, type Success } from '@pao/executor-sdk';
import { err, type JsonObject, ok } from '@pao/kernel';
import { type AttemptMark, type Author, markOf } from '../git/attempt-mark.ts';
import { type Answered, definite, type Failed, planChanges } from '../git/changes.ts';
import type { GitCommitConfig } from '../git/config.ts';
import { refSchema } from './answers.ts';
import type { GithubClient } from './client.ts';
import { type Base, createEntryAt, endOf, findBase, findMarked, ownBranches } from './commit-base.ts';
import { createCommit } from './commit-objects.ts';
import { stateOf } from './pull-state.ts';

export interface CommitOptions {
  readonly config: GitCommitConfig;
  /** Of the action in its document. */
  readonly actionId: string;
  readonly author: Author;
  readonly target: string;
  readonly open: (timeoutMs: number) => GithubClient;
}

/** How often the commit is made anew since its base has moved meanwhile. */
const MAX_BASES = 4;

interface Committed {
  readonly sha: string;
  readonly branch: string;
  readonly into: string;
}

const success = (github: GithubClient, config: GitCommitConfig, { sha, branch, into }: Committed): Success => {
  const result: JsonObject = { commitSha: sha, url: `${github.webUrl}/commit/${sha}`, branch };
  const done: Success = { kind: 'ok', result, offered: result, evidence: result, externalRef: sha };
  if (!config.createPullRequest) return done;
  const next: NextStep = { kind: 'step', step: 'pull-request', state: stateOf({ commitSha: sha, head: branch, into }) };
  return { ...done, next };
};

/** The base is what is wanted already: there is nothing to commit, nor to review. */
const nothingToDo = (github: GithubClient, base: Base): Success => {
  const { sha } = base.commit;
  const result = { commitSha: sha, url: `${github.webUrl}/commit/${sha}`, branch: base.into };
  return { kind: 'ok', result, offered: result, evidence: { ...result, note: 'nothing to commit' } };
};

const moved = (base: Base): Failed =>
  definite({
    code: 'BASE_MOVED',
    message: `${base.target} moved ${MAX_BASES} times while the commit was made. Nothing was committed.`,
  });

/** `moved`: somebody else was faster, and nothing is written. */
const moveRef = async (github: GithubClient, base: Base, sha: string): Promise<Answered<'done' | 'moved'>> => {
  const answered = base.exists
    ? await github.act({
        route: 'PATCH /repos/{owner}/{repo}/git/refs/{ref}',
        parameters: { ref: `heads/${base.target}`, sha, force: false },
        schema: refSchema,
      })
    : await github.act({
        route: 'POST /repos/{owner}/{repo}/git/refs',
        parameters: { ref: `refs/heads/${base.target}`, sha },
        schema: refSchema,
      });
  if (answered.ok) return ok('done');
  if (answered.error.kind !== 'definite-failure') return answered;
  // Refused. Whether for good, tells what the branch is now.
  const end = await endOf(github, base.target);
  if (!end.ok) return answered;
  if (end.value === sha) return ok('done');
  return end.value === (base.exists ? base.commit.sha : undefined) ? answered : ok('moved');
};

/** The commit of this attempt, where an earlier try made it. */
const findOwn = async (
  github: GithubClient,
  options: CommitOptions,
  mark: AttemptMark,
): Promise<Answered<Committed | undefined>> => {
  const { config, actionId } = options;
  const own = ownBranches(config.branch, actionId, mark);
  const branches = config.createPullRequest ? [own.beside, own.named] : [config.branch];
  for (const branch of branches) {
    const found = await findMarked(github, branch, mark);
    if (!found.ok) return found;
    if (found.value === undefined) continue;
    if (branch !== own.named) return ok({ sha: found.value, branch, into: config.branch });
    const base = await findBase(github, config, own);
    return base.ok ? ok({ sha: found.value, branch, into: base.value.into }) : base;
  }
  return ok(undefined);
};

/** One base: what would be committed on it, and the branch moved there. Undefined when the base moved meanwhile. */
const commitOn = async (
  github: GithubClient,
  { config }: CommitOptions,
  { base, mark, log }: { readonly base: Base; readonly mark: AttemptMark; readonly log: EffectContext['log'] },
): Promise<Answered<Success | undefined>> => {
  const changes = await planChanges(config.files, base.commit.sha, createEntryAt(github, base.commit.tree.sha));
  if (!changes.ok) return changes;
  if (changes.value.length === 0) {
    log?.('info', `nothing to commit: ${base.into} holds these files already`);
    return ok(nothingToDo(github, base));
  }
  const sha = await createCommit(github, { base, changes: changes.value, mark });
  if (!sha.ok) return sha;
  const result = await moveRef(github, base, sha.value);
  if (!result.ok) return result;
  if (result.value === 'moved') return ok(undefined);
  return ok(success(github, config, { sha: sha.value, branch: base.target, into: base.into }));
};

const commit = async (
  github: GithubClient,
  options: CommitOptions,
  context: EffectContext,
): Promise<Answered<Success>> => {
  const { config, actionId, author } = options;
  const mark = markOf(context.name, config.commitMessage, author);
  const own = ownBranches(config.branch, actionId, mark);
  for (let bases = 1; ; bases += 1) {
    const done = await findOwn(github, options, mark);
    if (!done.ok) return done;
    if (done.value) return ok(success(github, config, done.value));
    const base = await findBase(github, config, own);
    if (!base.ok) return base;
    const committed = await commitOn(github, options, { base: base.value, mark, log: context.log });
    if (!committed.ok) return committed;
    if (committed.value) return ok(committed.value);
    if (bases === MAX_BASES) return err(moved(base.value));
    context.log?.('info', `${base.value.target} has moved: the commit is made anew`);
  }
};

/**
 * One commit through git's own objects. The effect is that a branch leads to it: everything before is not seen by anybody. A try begins with a
 * look for the commit of the attempt, so that a repetition has no second effect.
 */
export const commitEffect = (options: CommitOptions): Effect => ({
  target: options.target,
  resend: DEFAULT_RESEND,
  repeatable: true,
  run: async (context) => {
    const done = await commit(options.open(context.remainingMs), options, context);
    return done.ok ? done.value : done.error;
  },
  probe: async ({ name, remainingMs }) => {
    const github = options.open(remainingMs);
    const found = await findOwn(github, options, markOf(name, options.config.commitMessage, options.author));
    if (!found.ok)
      return { kind: 'inconclusive', note: `The look failed: ${found.error.failure.message}`, again: true };
    if (found.value) return { kind: 'found', success: success(github, options.config, found.value) };
    const note = `No commit of ${name} was found at the end of its branch. If nothing else moved that branch, it was not made.`;
    return { kind: 'inconclusive', note, again: false };
  },
});
