import { isJsonObject, type Json, type JsonObject } from '@pao/kernel';
import { type FakeCall, type FakeServer, type Reply, startFakeServer } from './server.ts';

export interface FakeIssue {
  readonly id: string;
  readonly key: string;
  readonly fields: JsonObject;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly status: 'To Do' | 'Done';
  /** Null while it is open. */
  readonly resolution: string | null;
  readonly comments: readonly FakeComment[];
}

export interface FakeComment {
  readonly id: string;
  readonly body: Json;
  readonly author: string;
  readonly createdAt: Date;
}

export interface FakeIssueLink {
  readonly type: string;
  /** Of `Blocks` the inward issue blocks the outward one. */
  readonly inward: string;
  readonly outward: string;
}

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

export interface FakeJiraOptions {
  /** How long a new ticket is invisible to searches; 0 when absent. */
  readonly searchLagMs?: number;
  /** Projects that exist; every one when absent. */
  readonly projects?: readonly string[];
  /** The forms of new issues by their type, with fields as Jira describes them. Not told when absent. */
  readonly createMeta?: Readonly<Record<string, readonly JsonObject[]>>;
  /** Who is known: `accountId`, `name`, `emailAddress`. */
  readonly users?: readonly JsonObject[];
  /** The time of the lag; the system's when absent. */
  readonly now?: () => Date;
}

interface Jira {
  readonly issues: FakeIssue[];
  readonly links: FakeIssueLink[];
  readonly options: FakeJiraOptions;
  created: number;
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

const PERSON = 'person@example.test';

const nowOf = ({ options }: Jira): Date => options.now?.() ?? new Date();

type Handle = (jira: Jira, call: FakeCall, part: string) => Reply;

const failure = (status: number, message: string, errors: JsonObject = {}): Reply => ({
  status,
  body: { errorMessages: [message], errors },
});

const objectIn = (text: string): JsonObject => {
  const value: unknown = text === '' ? {} : JSON.parse(text);
  return isJsonObject(value) ? value : {};
};

const memberText = (value: unknown, name: string): string => {
  const member = isJsonObject(value) ? value[name] : undefined;
  return typeof member === 'string' ? member : '';
};

const nextNumber = ({ issues }: Jira, project: string): number =>
  Math.max(0, ...issues.flatMap(({ key }) => (key.startsWith(`${project}-`) ? [Number(key.split('-')[1])] : []))) + 1;

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

const author = (name: string): JsonObject => ({ displayName: name, emailAddress: name });

const shape = ({ links }: Jira, { id, key, fields, status, resolution, updatedAt }: FakeIssue): JsonObject => ({
  id,
  key,
  changelog: {
    histories:
      status === 'Done'
        ? [
            {
              author: author(PERSON),
              created: updatedAt.toISOString(),
              items: [{ field: 'status', fromString: 'To Do', toString: 'Done' }],
            },
          ]
        : [],
  },
  fields: {
    ...fields,
    resolution: resolution === null ? null : { name: resolution },
    updated: updatedAt.toISOString().replace('Z', '+0000'),
    status: { name: status, statusCategory: { key: status === 'Done' ? 'done' : 'new' } },
    issuelinks: links.flatMap(({ type, inward, outward }) => {
      if (inward === key) return { type: { name: type }, outwardIssue: { key: outward } };
      return outward === key ? { type: { name: type }, inwardIssue: { key: inward } } : [];
    }),
  },
});

/** As Jira has it: a page of fifty unless more is asked for, and of each issue only the fields that are asked for. */
const SEARCH_PAGE = 50;

const searchParameter = ({ method, query, text }: FakeCall, name: string): string => {
  if (method === 'GET') return query.get(name) ?? '';
  const value = objectIn(text)[name];
  if (Array.isArray(value)) return value.join(',');
  return typeof value === 'string' || typeof value === 'number' ? `${value}` : '';
};

const onlyFields = ({ id = '', key = '', fields }: JsonObject, wanted: string): JsonObject => {
  const names = wanted.split(',');
  const kept = Object.entries(isJsonObject(fields) ? fields : {}).filter(([name]) => names.includes(name));
  return { id, key, fields: Object.fromEntries(kept) };
};

const search: Handle = (jira, call) => {
  const jql = searchParameter(call, 'jql');
  const label = /labels\s*=\s*"?([^"\s]+)"?/.exec(jql)?.[1];
  if (label === undefined) return failure(400, `Error in the JQL Query: only labels are searched here, not '${jql}'.`);
  const now = nowOf(jira).getTime();
  const minutes = /updated\s*>=\s*"-(\d+)m"/.exec(jql)?.[1];
  const since = minutes === undefined ? 0 : now - Number(minutes) * 60_000;
  const hits = jira.issues.filter(({ fields, createdAt, updatedAt }) => {
    const { labels } = fields;
    const isIndexed = createdAt.getTime() <= now - (jira.options.searchLagMs ?? 0);
    return isIndexed && updatedAt.getTime() >= since && Array.isArray(labels) && labels.includes(label);
  });
  if (/ORDER BY updated DESC/.test(jql)) hits.sort((one, other) => Number(other.updatedAt) - Number(one.updatedAt));
  // Cloud names where the next page begins, Data Center is told a number.
  const start = Number(searchParameter(call, 'nextPageToken') || searchParameter(call, 'startAt') || 0);
  const end = start + Number(searchParameter(call, 'maxResults') || SEARCH_PAGE);
  const fields = searchParameter(call, 'fields');
  const issues = hits.slice(start, end).map((issue) => onlyFields(shape(jira, issue), fields));
  const isLast = end >= hits.length;
  return { status: 200, body: { issues, isLast, ...(!isLast && { nextPageToken: String(end) }) } };
};

const find = ({ issues }: Jira, idOrKey: string): FakeIssue | undefined =>
  issues.find(({ id, key }) => id === idOrKey || key === idOrKey);

const NO_ISSUE = failure(404, 'Issue does not exist or you do not have permission to see it.');

const read: Handle = (jira, _, key) => {
  const issue = find(jira, key);
  return issue ? { status: 200, body: shape(jira, issue) } : NO_ISSUE;
};

const change = (jira: Jira, idOrKey: string, changed: (issue: FakeIssue) => Partial<FakeIssue>): void => {
  const issue = find(jira, idOrKey);
  if (issue) jira.issues[jira.issues.indexOf(issue)] = { ...issue, ...changed(issue), updatedAt: nowOf(jira) };
};

const move = (jira: Jira, idOrKey: string, status: FakeIssue['status'], resolution = 'Done'): void =>
  change(jira, idOrKey, () => ({ status, resolution: status === 'Done' ? resolution : null }));

const addComment = (jira: Jira, idOrKey: string, body: Json, name: string): string => {
  const id = String(20_001 + jira.issues.reduce((sum, { comments }) => sum + comments.length, 0));
  change(jira, idOrKey, ({ comments }) => ({
    comments: [...comments, { id, body, author: name, createdAt: nowOf(jira) }],
  }));
  return id;
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
