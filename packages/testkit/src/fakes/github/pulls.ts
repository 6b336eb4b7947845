import type { JsonObject } from '@pao/kernel';
import { type Answer, failure, NOT_FOUND, type Served } from './answer.ts';

export interface FakePull {
  readonly number: number;
  readonly title: string;
  readonly body: string;
  readonly head: string;
  readonly base: string;
  readonly reviewers: string[];
  readonly teams: string[];
  readonly assignees: string[];
  readonly labels: string[];
  state: 'open' | 'closed';
  merged: boolean;
  mergeSha: string | null;
  /** `clean` when absent: nothing is in the way of merging. */
  mergeableState: string;
}

const names = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);
const text = (value: unknown): string => (typeof value === 'string' ? value : '');

const shapeOf = ({ repository, url }: Served, pull: FakePull, name: string): JsonObject => ({
  number: pull.number,
  state: pull.state,
  title: pull.title,
  body: pull.body,
  html_url: `${url}/${name}/pull/${pull.number}`,
  merged: pull.merged,
  merged_at: pull.merged ? '2026-01-01T00:00:00Z' : null,
  merge_commit_sha: pull.mergeSha,
  mergeable: pull.mergeableState === 'clean',
  mergeable_state: pull.mergeableState,
  head: { ref: pull.head, sha: repository.branches.get(pull.head) ?? '' },
  base: { ref: pull.base, sha: repository.branches.get(pull.base) ?? '' },
});

const nameIn = ({ owner = '', repo = '' }: Readonly<Record<string, string>>): string => `${owner}/${repo}`;

const create: Answer = (served, { path, body }) => {
  const { repository, pulls } = served;
  const [head, base] = [text(body['head']), text(body['base'])];
  if (!repository.branches.has(head) || !repository.branches.has(base)) return failure(422, 'Validation Failed: head');
  if (pulls.some((pull) => pull.head === head && pull.base === base && pull.state === 'open')) {
    return failure(422, `Validation Failed: A pull request already exists for octo:${head}.`);
  }
  const pull: FakePull = {
    number: pulls.length + 1,
    title: text(body['title']),
    body: text(body['body']),
    head,
    base,
    reviewers: [],
    teams: [],
    assignees: [],
    labels: [],
    state: 'open',
    merged: false,
    mergeSha: null,
    mergeableState: 'clean',
  };
  pulls.push(pull);
  return { status: 201, known: shapeOf(served, pull, nameIn(path)) };
};

type OnPull = (served: Served, pull: FakePull, body: JsonObject, name: string) => ReturnType<Answer>;

const onPull =
  (parameter: string, act: OnPull): Answer =>
  (served, { path, body }) => {
    const pull = served.pulls.find(({ number }) => String(number) === path[parameter]);
    return pull ? act(served, pull, body, nameIn(path)) : NOT_FOUND;
  };

const list: Answer = (served, { path, query }) => {
  const head = query.get('head')?.split(':').at(-1);
  const [base, state] = [query.get('base'), query.get('state') ?? 'open'];
  const found = served.pulls.filter(
    (pull) =>
      (head === undefined || pull.head === head) &&
      (base === null || pull.base === base) &&
      (state === 'all' || pull.state === state),
  );
  return { status: 200, known: found.map((pull) => shapeOf(served, pull, nameIn(path))) };
};

const merge: OnPull = ({ repository }, pull, body) => {
  if (pull.state === 'closed' || pull.mergeableState !== 'clean') return failure(405, 'Pull Request is not mergeable');
  const head = repository.branches.get(pull.head) ?? '';
  if (body['sha'] !== undefined && body['sha'] !== head) {
    return failure(409, 'Head branch was modified. Review and try the merge again.');
  }
  const tree = repository.commits.get(head)?.tree ?? '';
  const base = repository.branches.get(pull.base) ?? '';
  const sha = repository.addCommit({ tree, parents: [base, head], message: `Merge #${pull.number}` });
  repository.moveBranch(pull.base, sha);
  Object.assign(pull, { state: 'closed', merged: true, mergeSha: sha });
  return { status: 200, known: { sha, merged: true, message: 'Pull Request successfully merged' } };
};

const addTo = (to: string[], more: readonly string[]): void => {
  to.push(...more.filter((one) => !to.includes(one)));
};

/** `nobody` is no collaborator. */
const review: OnPull = (served, pull, body, name) => {
  const reviewers = names(body['reviewers']);
  if (reviewers.includes('nobody')) return { status: 422 };
  addTo(pull.reviewers, reviewers);
  addTo(pull.teams, names(body['team_reviewers']));
  return { status: 201, known: shapeOf(served, pull, name) };
};

const assign: OnPull = (_served, pull, body) => {
  addTo(pull.assignees, names(body['assignees']));
  return { status: 201, known: { number: pull.number } };
};

const label: OnPull = (_served, pull, body) => {
  addTo(pull.labels, names(body['labels']));
  return { status: 200, known: pull.labels.map((name) => ({ name })) };
};

export const pullAnswers = {
  'pulls/create': create,
  'pulls/list': list,
  'pulls/get': onPull('pull_number', (served, pull, _body, name) => ({
    status: 200,
    known: shapeOf(served, pull, name),
  })),
  'pulls/merge': onPull('pull_number', merge),
  'pulls/request-reviewers': onPull('pull_number', review),
  'issues/add-assignees': onPull('issue_number', assign),
  'issues/add-labels': onPull('issue_number', label),
} satisfies Readonly<Record<string, Answer>>;
