import { isJsonObject, type Json, type JsonObject } from '@pao/kernel';
import { type FakeServer, startFakeServer } from '../server.ts';
import { failure, type Handle, memberText, objectIn } from './calls.ts';
import {
  addComment,
  author,
  change,
  type FakeIssue,
  type FakeIssueLink,
  type FakeJiraOptions,
  find,
  type Jira,
  move,
  nextNumber,
  nowOf,
  PERSON,
  shape,
} from './issues.ts';
import { search } from './search.ts';

export interface FakeJira extends FakeServer {
  /** In the order of their creation. */
  readonly issues: readonly FakeIssue[];
  readonly links: readonly FakeIssueLink[];
  /** Closes a ticket as a person does; `Done` when no resolution is said. */
  resolve(key: string, resolution?: string): void;
  reopen(key: string): void;
  /** Adds a comment as a person does: a document, or wiki markup. */
  comment(key: string, body: Json): void;
  /** Changes fields as a person does. */
  edit(key: string, fields: JsonObject): void;
  remove(key: string): void;
  /** To another project: it gets another key and keeps its id. @returns the key */
  moveTo(key: string, project: string): string;
}

/** A Jira Cloud site (REST API version 3) as far as tickets of automation need one: create, find by label, read, move, link. */
export const startFakeJira = async (options: FakeJiraOptions = {}): Promise<FakeJira> => {
  const jira: Jira = { issues: [], links: [], options, created: 0 };
  const server = await startFakeServer((call) => {
    const path = call.path.replace(/^\/rest\/api\/[23]\//, '').replace(/^search$/, 'search/jql');
    for (const [method, pattern, handle] of ROUTES) {
      const match = method === call.method ? pattern.exec(path) : null;
      if (match) return handle(jira, call, match[1] ?? '');
    }
    return failure(404, 'No such path.');
  });
  return {
    ...server,
    issues: jira.issues,
    links: jira.links,
    resolve: (key, resolution) => move(jira, key, 'Done', resolution),
    reopen: (key) => move(jira, key, 'To Do'),
    comment: (key, body) => void addComment(jira, key, body, PERSON),
    edit: (key, fields) => change(jira, key, (issue) => ({ fields: { ...issue.fields, ...fields } })),
    remove: (key) => {
      const issue = find(jira, key);
      if (issue) jira.issues.splice(jira.issues.indexOf(issue), 1);
    },
    moveTo: (key, project) => {
      const moved = `${project}-${nextNumber(jira, project)}`;
      change(jira, key, () => ({ key: moved }));
      return moved;
    },
  };
};

const create: Handle = (jira, { text }) => {
  const { issues, options } = jira;
  const fields = objectIn(text)['fields'];
  const project = memberText(isJsonObject(fields) ? fields['project'] : undefined, 'key');
  if (!isJsonObject(fields) || project === '' || options.projects?.includes(project) === false)
    return failure(400, '', { project: 'Specify a valid project ID or key' });
  if (memberText(fields, 'summary') === '')
    return failure(400, '', { summary: 'You must specify a summary of the issue.' });
  const key = `${project}-${nextNumber(jira, project)}`;
  jira.created += 1;
  const id = String(10_000 + jira.created);
  const times = { createdAt: nowOf(jira), updatedAt: nowOf(jira) };
  issues.push({ id, key, fields, ...times, status: 'To Do', resolution: null, comments: [] });
  return { status: 201, body: { id, key, self: `/rest/api/3/issue/${id}` } };
};

const NO_ISSUE = failure(404, 'Issue does not exist or you do not have permission to see it.');

const read: Handle = (jira, _, key) => {
  const issue = find(jira, key);
  return issue ? { status: 200, body: shape(jira, issue) } : NO_ISSUE;
};

const postComment: Handle = (jira, { text }, key) => {
  if (!find(jira, key)) return NO_ISSUE;
  return { status: 201, body: { id: addComment(jira, key, objectIn(text)['body'] ?? '', 'automation') } };
};

const readComments: Handle = (jira, _, key) => {
  const issue = find(jira, key);
  if (!issue) return NO_ISSUE;
  const comments = issue.comments.map(({ id, body, author: name, createdAt }) => ({
    ...{ id, body, author: author(name), created: createdAt.toISOString().replace('Z', '+0000') },
  }));
  return { status: 200, body: { comments, total: comments.length } };
};

const TRANSITIONS = [
  { id: '11', name: 'To Do', to: { name: 'To Do', statusCategory: { key: 'new' } } },
  { id: '31', name: 'Done', to: { name: 'Done', statusCategory: { key: 'done' } } },
] as const;

const transition: Handle = (jira, { text }, key) => {
  const wanted = memberText(objectIn(text)['transition'], 'id');
  const found = TRANSITIONS.find(({ id }) => id === wanted);
  if (!find(jira, key)) return NO_ISSUE;
  if (!found) return failure(400, `Transition id '${wanted}' is not valid for this issue.`);
  move(jira, key, found.name);
  return { status: 204 };
};

const link: Handle = (jira, { text }) => {
  const { type, inwardIssue, outwardIssue } = objectIn(text);
  const [inward, outward] = [inwardIssue, outwardIssue].map((end) => find(jira, memberText(end, 'key')));
  if (!inward || !outward) return NO_ISSUE;
  jira.links.push({ type: memberText(type, 'name'), inward: inward.key, outward: outward.key });
  return { status: 201 };
};

/** Types by their number from 1; Data Center calls every list `values`. */
const issueTypes: Handle = ({ options }, { path }) => {
  const types = Object.keys(options.createMeta ?? {}).map((name, index) => ({ id: String(index + 1), name }));
  if (types.length === 0) return failure(404, 'Issue Does Not Exist');
  return { status: 200, body: path.startsWith('/rest/api/2/') ? { values: types } : { issueTypes: types } };
};

const createFields: Handle = ({ options }, { path }, id) => {
  const fields = Object.values(options.createMeta ?? {})[Number(id) - 1];
  if (!fields) return failure(404, 'Issue Does Not Exist');
  return { status: 200, body: path.startsWith('/rest/api/2/') ? { values: fields } : { fields } };
};

const findUsers: Handle = ({ options }, { query }) => {
  const wanted = (query.get('query') ?? query.get('username') ?? '').toLowerCase();
  const found = (options.users ?? []).filter((user) =>
    memberText(user, 'emailAddress').toLowerCase().startsWith(wanted),
  );
  return { status: 200, body: found };
};

const ROUTES: readonly (readonly [method: string, path: RegExp, handle: Handle])[] = [
  ['POST', /^issue$/, create],
  ['GET', /^search\/jql$/, search],
  ['POST', /^search\/jql$/, search],
  ['POST', /^issueLink$/, link],
  ['GET', /^issue\/createmeta\/[^/]+\/issuetypes$/, issueTypes],
  ['GET', /^issue\/createmeta\/[^/]+\/issuetypes\/([^/]+)$/, createFields],
  ['GET', /^user\/search$/, findUsers],
  ['GET', /^issue\/([^/]+)\/transitions$/, () => ({ status: 200, body: { transitions: TRANSITIONS } })],
  ['POST', /^issue\/([^/]+)\/transitions$/, transition],
  ['GET', /^issue\/([^/]+)\/comment$/, readComments],
  ['POST', /^issue\/([^/]+)\/comment$/, postComment],
  ['GET', /^issue\/([^/]+)$/, read],
  ['GET', /^myself$/, () => ({ status: 200, body: { accountId: 'fake', displayName: 'Fake', active: true } })],
];
