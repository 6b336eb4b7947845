import { isJsonObject, type JsonObject } from '@pao/kernel';
import { type Answer, type Call, jsonBody, plainText } from './http.ts';
import type { Issue, IssueStore } from './issues.ts';
import { fieldErrors, projectKey } from './jira-create.ts';
import {
  ACCOUNT,
  changelogShape,
  commentsShape,
  ISSUE_TYPES,
  issueShape,
  LINK_TYPES,
  projectShape,
  STATUSES,
  TRANSITIONS,
} from './jira-shapes.ts';
import { parseJql } from './jql.ts';
import { moveIssue } from './moves.ts';

export interface JiraOptions {
  readonly store: IssueStore;
  /** Base URL of the sandbox, for links. */
  readonly site: string;
  readonly now: () => Date;
  /** How long a new ticket is invisible to searches; Jira's own index takes seconds. */
  readonly searchLagMs: number;
}

export type Jira = (call: Call, at: Date) => Answer;

interface Request {
  readonly call: Call;
  readonly at: Date;
  readonly body: JsonObject;
  /** What the pattern's groups matched. */
  readonly parts: readonly string[];
}

type Handler = (request: Request, options: JiraOptions) => Answer;

export const isJiraPath = (path: string): boolean => /^\/rest\/(api|auth)\//.test(path);

/** Plays the part of Jira Cloud's REST API (version 3; 2 with texts for documents) that the orchestrator uses. */
export const createJira =
  (options: JiraOptions): Jira =>
  (call, at) => {
    const path = call.path.replace(/^\/rest\/api\/(2|3|latest)\//, '');
    for (const [method, pattern, handler] of ROUTES) {
      const match = method === call.method ? pattern.exec(path) : null;
      if (match) return handler({ call, at, body: jsonBody(call) ?? {}, parts: match.slice(1) }, options);
    }
    return failure(404, 'The sandbox does not play this part of Jira.');
  };

const failure = (status: number, message: string): Answer => ({
  status,
  body: { errorMessages: [message], errors: {} },
});

const onIssue =
  (handler: (issue: Issue, request: Request, options: JiraOptions) => Answer): Handler =>
  (request, options) => {
    const issue = options.store.find(request.parts[0] ?? '');
    if (issue) return handler(issue, request, options);
    return failure(404, 'Issue does not exist or you do not have permission to see it.');
  };

const createIssue: Handler = ({ call, at, body }, { store, site }) => {
  const fields = isJsonObject(body['fields']) ? body['fields'] : {};
  const errors = fieldErrors(fields, call.path.includes('/api/2/'));
  if (Object.keys(errors).length > 0) return { status: 400, body: { errorMessages: [], errors } };
  const issue = store.create(projectKey(fields) ?? '', fields, at);
  return { status: 201, body: { id: issue.id, key: issue.key, self: `${site}/rest/api/3/issue/${issue.id}` } };
};

const readIssue = onIssue((issue, { call }, { store, site }) => ({
  status: 200,
  body: {
    ...issueShape(store, issue, site, wantedFields(call.query.get('fields')?.split(','))),
    ...(call.query.get('expand')?.includes('changelog') === true && { changelog: changelogShape(issue) }),
  },
}));

const wantedFields = (names: readonly string[] | undefined): ReadonlySet<string> | undefined =>
  names === undefined || names.some((name) => name.startsWith('*')) ? undefined : new Set(names);

const search: Handler = ({ call, body }, { store, site, now, searchLagMs }) => {
  const asked: JsonObject = call.method === 'GET' ? Object.fromEntries(call.query) : body;
  const { jql, fields, maxResults = 50, nextPageToken = '0' } = asked;
  const parsed = parseJql(typeof jql === 'string' ? jql : '', now());
  if (!parsed.ok) return failure(400, parsed.error);
  const { label, matches, newestFirst } = parsed.value;
  const indexedUntil = new Date(now().getTime() - searchLagMs).toISOString();
  const hits = (label === undefined ? store.all() : store.withLabel(label)).filter(
    (issue) => issue.created <= indexedUntil && matches(issue),
  );
  const start = Number(nextPageToken);
  const page = (newestFirst ? hits.toReversed() : hits).slice(start, start + Math.min(Number(maxResults), 100));
  const next = start + page.length;
  // Unless asked for more, the search answers with ids only.
  const names = Array.isArray(fields) ? fields.map(plainText) : typeof fields === 'string' ? fields.split(',') : ['id'];
  const issues = page.map((issue) => issueShape(store, issue, site, wantedFields(names)));
  return next < hits.length
    ? { status: 200, body: { issues, isLast: false, nextPageToken: String(next) } }
    : { status: 200, body: { issues, isLast: true } };
};

const readTransitions = onIssue(() => ({
  status: 200,
  body: {
    transitions: TRANSITIONS.map(({ id, name, to }) => ({
      id,
      name,
      to: STATUSES[to],
      isAvailable: true,
      hasScreen: false,
    })),
  },
}));

const transition = onIssue((issue, { body, at }, { store }) => {
  const wanted = isJsonObject(body['transition']) ? plainText(body['transition']['id']) : '';
  const found = TRANSITIONS.find(({ id }) => id === wanted);
  if (!found) return failure(400, `Transition id '${wanted}' is not valid for this issue.`);
  const fields = isJsonObject(body['fields']) ? body['fields'] : {};
  moveIssue(store, issue, { transition: found, fields, at });
  return { status: 204 };
});

const edit = onIssue((issue, { body, at }, { store }) => {
  store.edit(issue, isJsonObject(body['fields']) ? body['fields'] : {}, at);
  return { status: 204 };
});

const addComment = onIssue((issue, { body, at }, { store }) => {
  const comment = store.comment(issue, body['body'] ?? '', at);
  return { status: 201, body: { ...comment, author: ACCOUNT } };
});

const linkIssues: Handler = ({ body }, { store }) => {
  const { type, inwardIssue, outwardIssue } = body;
  const name = plainText(isJsonObject(type) ? type['name'] : undefined);
  const [inward, outward] = [inwardIssue, outwardIssue].map((end) =>
    isJsonObject(end) ? store.find(plainText(end['key'] ?? end['id'])) : undefined,
  );
  if (!LINK_TYPES.some((known) => known['name'] === name))
    return failure(404, `No issue link type with name '${name}' found.`);
  if (!inward || !outward) return failure(404, 'Issue does not exist or you do not have permission to see it.');
  store.link({ type: name, inward: inward.key, outward: outward.key });
  return { status: 201 };
};

const project: Handler = ({ parts }, { site }) => ({ status: 200, body: projectShape(parts[0] ?? '', site) });

const issueTypes: Handler = () => ({
  status: 200,
  body: { issueTypes: ISSUE_TYPES, maxResults: 50, startAt: 0, total: ISSUE_TYPES.length },
});

const FIELD_META: readonly JsonObject[] = [
  'summary',
  'description',
  'labels',
  'priority',
  'components',
  'assignee',
].map((key) => ({
  fieldId: key,
  key,
  name: `${key[0]?.toUpperCase()}${key.slice(1)}`,
  required: key === 'summary',
}));

const createFields: Handler = () => ({
  status: 200,
  body: { fields: FIELD_META, maxResults: 50, startAt: 0, total: FIELD_META.length },
});

const ROUTES: readonly (readonly [method: string, path: RegExp, handler: Handler])[] = [
  ['POST', /^issue$/, createIssue],
  ['GET', /^search\/jql$/, search],
  ['POST', /^search\/jql$/, search],
  ['GET', /^issue\/createmeta\/([^/]+)\/issuetypes$/, issueTypes],
  ['GET', /^issue\/createmeta\/([^/]+)\/issuetypes\/[^/]+$/, createFields],
  ['GET', /^issue\/([^/]+)$/, readIssue],
  ['PUT', /^issue\/([^/]+)$/, edit],
  ['GET', /^issue\/([^/]+)\/transitions$/, readTransitions],
  ['POST', /^issue\/([^/]+)\/transitions$/, transition],
  [
    'GET',
    /^issue\/([^/]+)\/comment$/,
    onIssue((issue, _, { store }) => ({ status: 200, body: commentsShape(store, issue) })),
  ],
  ['POST', /^issue\/([^/]+)\/comment$/, addComment],
  ['POST', /^issueLink$/, linkIssues],
  ['GET', /^issueLinkType$/, () => ({ status: 200, body: { issueLinkTypes: LINK_TYPES } })],
  ['GET', /^project\/([A-Z][A-Z0-9_]*)$/, project],
  ['GET', /^myself$/, () => ({ status: 200, body: ACCOUNT })],
  [
    'GET',
    /^serverInfo$/,
    (_, { site }) => ({
      status: 200,
      body: { baseUrl: site, deploymentType: 'Cloud', version: '1001.0.0-SNAPSHOT', serverTitle: 'Sandbox' },
    }),
  ],
];
