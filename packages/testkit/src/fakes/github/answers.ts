import type { JsonObject } from '@pao/kernel';
import type { Reply } from '../server.ts';
import { type Answer, commitShape, failure, NOT_FOUND } from './answer.ts';
import type { OperationName } from './description.ts';
import { gitWrites } from './git-writes.ts';
import { pullAnswers } from './pulls.ts';
import type { FakeTreeEntry, MemoryRepository } from './repository.ts';
import { workflowAnswers } from './workflows.ts';

const getRepository: Answer = ({ defaultBranch }, { path: { owner = '', repo = '' } }) => ({
  status: 200,
  known: { name: repo, full_name: `${owner}/${repo}`, default_branch: defaultBranch },
});

const getRef: Answer = ({ repository }, { path: { ref = '' } }) => {
  if (repository.branches.size === 0) return failure(409, 'Git Repository is empty.');
  const sha = ref.startsWith('heads/') ? repository.branches.get(ref.slice('heads/'.length)) : undefined;
  if (sha === undefined) return NOT_FOUND;
  const object = { type: 'commit', sha, url: 'https://github.example/commit' };
  return { status: 200, known: { ref: `refs/${ref}`, object } };
};

const getCommit: Answer = ({ repository }, { path: { commit_sha: sha = '' } }) => {
  const commit = repository.commits.get(sha);
  if (!commit) return NOT_FOUND;
  return {
    status: 200,
    known: commitShape(sha, commit),
  };
};

const listTree = (repository: MemoryRepository, sha: string, recursive: boolean, prefix = ''): JsonObject[] => {
  const entryOf = ({ name, mode, type, sha: entrySha }: FakeTreeEntry): JsonObject => {
    const size = repository.blobs.get(entrySha)?.length;
    const url = `https://github.example/${type}s/${entrySha}`;
    return { path: `${prefix}${name}`, mode, type, sha: entrySha, ...(size !== undefined && { size, url }) };
  };
  return (repository.trees.get(sha) ?? []).flatMap((entry) => [
    entryOf(entry),
    ...(recursive && entry.type === 'tree' ? listTree(repository, entry.sha, true, `${prefix}${entry.name}/`) : []),
  ]);
};

const getTree: Answer = ({ repository }, { path: { tree_sha: asked = '' }, query }) => {
  const sha = repository.commits.get(asked)?.tree ?? asked;
  if (!repository.trees.has(sha)) return NOT_FOUND;
  return { status: 200, known: { sha, truncated: false, tree: listTree(repository, sha, query.has('recursive')) } };
};

const getBlob: Answer = ({ repository }, { path: { file_sha: sha = '' } }) => {
  const content = repository.blobs.get(sha);
  if (!content) return NOT_FOUND;
  // GitHub breaks the lines as e-mail does.
  const lines = content.toString('base64').replaceAll(/(.{60})/g, '$1\n');
  return { status: 200, known: { sha, size: content.length, encoding: 'base64', content: lines } };
};

const compareCommits: Answer = ({ repository }, { path: { base = '', head = '' } }) => {
  if (!repository.commits.has(base) || !repository.commits.has(head)) return NOT_FOUND;
  const [before, after] = [repository.historyOf(base), repository.historyOf(head)];
  const ahead = [...after].filter((sha) => !before.has(sha)).length;
  const behind = [...before].filter((sha) => !after.has(sha)).length;
  if (ahead === after.size) return NOT_FOUND;
  const status = ahead > 0 ? (behind > 0 ? 'diverged' : 'ahead') : behind > 0 ? 'behind' : 'identical';
  return { status: 200, known: { status, ahead_by: ahead, behind_by: behind, total_commits: ahead } };
};

const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);

const createStatus: Answer = ({ statuses }, { path: { sha = '' }, body }) => {
  const status = {
    sha,
    state: text(body['state']) ?? '',
    context: text(body['context']) ?? 'default',
    description: text(body['description']),
  };
  statuses.push(status);
  return { status: 201, known: { state: status.state, context: status.context, description: status.description } };
};

export const ANSWERS: Readonly<Record<OperationName, Answer>> = {
  'repos/get': getRepository,
  'git/get-ref': getRef,
  'git/get-commit': getCommit,
  'git/get-tree': getTree,
  'git/get-blob': getBlob,
  'repos/compare-commits': compareCommits,
  'repos/create-commit-status': createStatus,
  ...gitWrites,
  ...pullAnswers,
  ...workflowAnswers,
};

export const plainFailure = (status: number, message: string): Reply => ({
  status,
  body: failure(status, message).known,
});
