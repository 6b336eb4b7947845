import { isJsonObject, type JsonObject } from '@pao/kernel';
import { type FakeCall, type FakeServer, type Reply, startFakeServer } from './server.ts';

export interface FakeIssue {
  readonly id: string;
  readonly key: string;
  readonly fields: JsonObject;
  readonly createdAt: Date;
  readonly status: 'To Do' | 'Done';
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
  /** Closes a ticket as a person does. */
  resolve(key: string): void;
}

export interface FakeJiraOptions {
  /** How long a new ticket is invisible to searches; 0 when absent. */
  readonly searchLagMs?: number;
  /** Projects that exist; every one when absent. */
  readonly projects?: readonly string[];
}

interface Jira {
  readonly issues: FakeIssue[];
  readonly links: FakeIssueLink[];
  readonly options: FakeJiraOptions;
}

/** A Jira Cloud site (REST API version 3) as far as tickets of automation need one: create, find by label, read, move, link. */
export const startFakeJira = async (options: FakeJiraOptions = {}): Promise<FakeJira> => {
  const jira: Jira = { issues: [], links: [], options };
  const server = await startFakeServer((call) => {
    const path = call.path.replace('/rest/api/3/', '');
    for (const [method, pattern, handle] of ROUTES) {
      const match = method === call.method ? pattern.exec(path) : null;
      if (match) return handle(jira, call, match[1] ?? '');
    }
    return failure(404, 'No such path.');
  });
  return { ...server, issues: jira.issues, links: jira.links, resolve: (key) => move(jira, key, 'Done') };
};

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

const create: Handle = ({ issues, options }, { text }) => {
  const fields = objectIn(text)['fields'];
  const project = memberText(isJsonObject(fields) ? fields['project'] : undefined, 'key');
  if (!isJsonObject(fields) || project === '' || options.projects?.includes(project) === false)
    return failure(400, '', { project: 'Specify a valid project ID or key' });
  if (memberText(fields, 'summary') === '')
    return failure(400, '', { summary: 'You must specify a summary of the issue.' });
  const number = issues.filter(({ key }) => key.startsWith(`${project}-`)).length + 1;
  const id = String(10_001 + issues.length);
  issues.push({ id, key: `${project}-${number}`, fields, createdAt: new Date(), status: 'To Do' });
  return { status: 201, body: { id, key: `${project}-${number}`, self: `/rest/api/3/issue/${id}` } };
};

const shape = ({ links }: Jira, { id, key, fields, status }: FakeIssue): JsonObject => ({
  id,
  key,
  fields: {
    ...fields,
    status: { name: status, statusCategory: { key: status === 'Done' ? 'done' : 'new' } },
    issuelinks: links.flatMap(({ type, inward, outward }) => {
      if (inward === key) return { type: { name: type }, outwardIssue: { key: outward } };
      return outward === key ? { type: { name: type }, inwardIssue: { key: inward } } : [];
    }),
  },
});

const search: Handle = (jira, { method, query, text }) => {
  const jql = method === 'GET' ? (query.get('jql') ?? '') : memberText(objectIn(text), 'jql');
  const label = /labels\s*=\s*"?([^"\s]+)"?/.exec(jql)?.[1];
  if (label === undefined) return failure(400, `Error in the JQL Query: only labels are searched here, not '${jql}'.`);
  const indexedUntil = Date.now() - (jira.options.searchLagMs ?? 0);
  const hits = jira.issues.filter(({ fields, createdAt }) => {
    const { labels } = fields;
    return createdAt.getTime() <= indexedUntil && Array.isArray(labels) && labels.includes(label);
  });
  return { status: 200, body: { issues: hits.map((issue) => shape(jira, issue)), isLast: true } };
};

const find = ({ issues }: Jira, idOrKey: string): FakeIssue | undefined =>
  issues.find(({ id, key }) => id === idOrKey || key === idOrKey);

const NO_ISSUE = failure(404, 'Issue does not exist or you do not have permission to see it.');

const read: Handle = (jira, _, key) => {
  const issue = find(jira, key);
  return issue ? { status: 200, body: shape(jira, issue) } : NO_ISSUE;
};

const move = (jira: Jira, idOrKey: string, status: FakeIssue['status']): void => {
  const issue = find(jira, idOrKey);
  if (issue) jira.issues[jira.issues.indexOf(issue)] = { ...issue, status };
};

const TRANSITIONS = [
  { id: '11', name: 'To Do' },
  { id: '31', name: 'Done' },
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

const ROUTES: readonly (readonly [method: string, path: RegExp, handle: Handle])[] = [
  ['POST', /^issue$/, create],
  ['GET', /^search\/jql$/, search],
  ['POST', /^search\/jql$/, search],
  ['POST', /^issueLink$/, link],
  [
    'GET',
    /^issue\/createmeta\/[^/]+\/issuetypes$/,
    () => ({ status: 200, body: { issueTypes: [{ id: '10100', name: 'Task' }] } }),
  ],
  ['GET', /^issue\/([^/]+)\/transitions$/, () => ({ status: 200, body: { transitions: TRANSITIONS } })],
  ['POST', /^issue\/([^/]+)\/transitions$/, transition],
  ['GET', /^issue\/([^/]+)$/, read],
  ['GET', /^myself$/, () => ({ status: 200, body: { accountId: 'fake', displayName: 'Fake', active: true } })],
];
