import type { JsonObject } from '@pao/kernel';
import type { Asked, Handler, Route } from './github.ts';
import { type Answer, plainText } from './http.ts';

/** For so long checks are under way. */
const CHECKS_MS = 5_000;

const refused = (status: number, message: string): Answer => ({ status, body: { message, status: String(status) } });

const names = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(plainText) : []);

const shapeOf = ({ store, repository, web, at }: Asked, pull: JsonObject): JsonObject => {
  const isChecked = at.getTime() - Date.parse(plainText(pull['createdAt'])) > CHECKS_MS;
  const [head, base] = [plainText(pull['head']), plainText(pull['base'])];
  return {
    ...pull,
    html_url: `${web}/pull/${plainText(pull['number'])}`,
    mergeable_state: isChecked ? 'clean' : 'blocked',
    head: { ref: head, sha: store.branch(repository, head) ?? '' },
    base: { ref: base, sha: store.branch(repository, base) ?? '' },
  };
};

const create: Handler = (asked) => {
  const { store, repository, body, at } = asked;
  const [head, base] = [plainText(body['head']), plainText(body['base'])];
  const isOpen = ({ head: other, state }: JsonObject): boolean => other === head && state === 'open';
  if (store.things(repository, 'pull').some(isOpen))
    return refused(422, 'A pull request already exists for this branch.');
  const pull = {
    number: store.nextNumber('pull'),
    title: plainText(body['title']),
    body: plainText(body['body']),
    state: 'open',
    merged: false,
    head,
    base,
    createdAt: at.toISOString(),
    merge_commit_sha: null,
  };
  store.saveThing(repository, 'pull', pull);
  return { status: 201, body: shapeOf(asked, pull) };
};

const list: Handler = (asked) => {
  const head = asked.query.get('head')?.split(':').at(-1);
  const found = asked.store
    .things(asked.repository, 'pull')
    .filter((pull) => head === undefined || pull['head'] === head);
  return { status: 200, body: found.map((pull) => shapeOf(asked, pull)) };
};

const onPull =
  (act: (asked: Asked, pull: JsonObject) => Answer): Handler =>
  (asked) => {
    const pull = asked.store.thing(asked.repository, 'pull', Number(asked.parts[0]));
    return pull ? act(asked, pull) : refused(404, 'Not Found');
  };

/** Labels, assignees and reviewers: what is there already stays there once. */
const adding = (member: string, status: number): Handler =>
  onPull((asked, pull) => {
    const more = names(asked.body[member]);
    const all = [...new Set([...names(pull[member]), ...more])];
    const changed = { ...pull, [member]: all };
    asked.store.saveThing(asked.repository, 'pull', changed);
    return { status, body: member === 'labels' ? all.map((name) => ({ name })) : shapeOf(asked, changed) };
  });

const merge = onPull((asked, pull) => {
  const { store, repository, at, body } = asked;
  const { state, mergeable_state: mergeable } = shapeOf(asked, pull);
  if (state !== 'open' || mergeable !== 'clean') return refused(405, 'Pull Request is not mergeable');
  const [head, base] = [plainText(pull['head']), plainText(pull['base'])].map((name) => store.branch(repository, name));
  const tip = head === undefined ? undefined : store.commit(head);
  if (head === undefined || base === undefined || !tip) return refused(405, 'Pull Request is not mergeable');
  if (body['sha'] !== head) return refused(409, 'Head branch was modified. Review and try the merge again.');
  const message = `Merge pull request #${plainText(pull['number'])}: ${plainText(pull['title'])}`;
  const author = { ...tip.author, date: at.toISOString() };
  const sha = store.addCommit({ tree: tip.tree, parents: [base, head], message, author });
  store.moveBranch(repository, plainText(pull['base']), sha);
  store.saveThing(repository, 'pull', { ...pull, state: 'closed', merged: true, merge_commit_sha: sha });
  return { status: 200, body: { sha, merged: true, message: 'Pull Request successfully merged' } };
});

export const pullRoutes: readonly Route[] = [
  ['POST', /^\/pulls$/, create],
  ['GET', /^\/pulls$/, list],
  ['GET', /^\/pulls\/(\d+)$/, onPull((asked, pull) => ({ status: 200, body: shapeOf(asked, pull) }))],
  ['PUT', /^\/pulls\/(\d+)\/merge$/, merge],
  ['POST', /^\/pulls\/(\d+)\/requested_reviewers$/, adding('reviewers', 201)],
  ['POST', /^\/issues\/(\d+)\/assignees$/, adding('assignees', 201)],
  ['POST', /^\/issues\/(\d+)\/labels$/, adding('labels', 200)],
];
