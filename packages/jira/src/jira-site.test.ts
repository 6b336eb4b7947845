import type { HttpRequest } from '@pao/outgoing';
import test from 'ava';
import { CreatedIssueSchema, createIssue, searchAndReconsileIssuesUsingJql } from 'jira.js/cloud';
import { createJiraSite } from './jira-site.ts';

// What jira.js asks of a client is what leaves, and what it accepts is what we read.

interface Call {
  readonly method: string | undefined;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
}

const ISSUE = { id: '10000', key: 'PLAT-1', self: 'https://example.atlassian.net/rest/api/3/issue/10000' };

const ours = async (answer: unknown, use: (jira: ReturnType<typeof createJiraSite>) => Promise<unknown>) => {
  const sent: HttpRequest[] = [];
  const jira = createJiraSite(
    { url: 'https://example.atlassian.net', email: 'pao@example.test', apiToken: 't' },
    async (request) => {
      sent.push(request);
      return { kind: 'answered', status: 200, headers: {}, body: JSON.stringify(answer) };
    },
    () => new Date(),
  );
  const result = await use(jira);
  const calls = sent.map(
    ({ method, url, body }): Call => ({
      method,
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      body: body === undefined ? undefined : JSON.parse(String(body)),
    }),
  );
  return { result, calls };
};

/** A transport for jira.js that only notes what it is asked to send. */
const recorder = () => {
  const calls: Call[] = [];
  const client = {
    sendRequest: async <T>({ method, url, searchParams = {}, body }: Readonly<Record<string, unknown>>): Promise<T> => {
      const given = Object.entries(searchParams as object).filter(([, value]) => value !== undefined);
      const query = Object.fromEntries(given.map(([name, value]) => [name, String(value)]));
      calls.push({
        method: method as string,
        path: url as string,
        query,
        body: body && JSON.parse(JSON.stringify(body)),
      });
      return undefined as T;
    },
  };
  return { client, calls };
};

test('a ticket is created by the call that jira.js makes, and its answer is read alike', async (t) => {
  const fields = { project: { key: 'PLAT' }, summary: 'One', description: { version: 1, type: 'doc', content: [] } };
  const reference = recorder();
  await createIssue(reference.client, { fields });
  const { calls, result } = await ours(ISSUE, (jira) => jira.createIssue(fields, 1_000));
  t.deepEqual(calls, reference.calls);
  t.like(result, { ok: true, value: { id: ISSUE.id, key: ISSUE.key } });
  t.true(CreatedIssueSchema.safeParse(ISSUE).success);
});

test('tickets are searched by the call that jira.js makes', async (t) => {
  const reference = recorder();
  const search = { jql: 'labels = "pao-1"', maxResults: 2, fields: ['summary'] };
  await searchAndReconsileIssuesUsingJql(reference.client, search);
  const { calls, result } = await ours({ issues: [ISSUE], isLast: true }, (jira) => jira.findByLabel('pao-1', 1_000));
  t.deepEqual(calls, reference.calls);
  t.like(result, { ok: true, value: [{ key: 'PLAT-1' }] });
});

test('Data Center is called by version 2, with a token, and its search is counted through', async (t) => {
  const sent: HttpRequest[] = [];
  const pages = [
    Array.from({ length: 100 }, (_, index) => ({ id: String(index + 1), key: `OPS-${index + 1}` })),
    [{ id: '101', key: 'OPS-101' }],
  ];
  const jira = createJiraSite(
    { url: 'https://jira.example.com', apiToken: 'personal-access-token', flavor: 'data-center' },
    async (request) => {
      const issues = pages[sent.length] ?? [];
      sent.push(request);
      return { kind: 'answered', status: 200, headers: {}, body: JSON.stringify({ issues }) };
    },
    () => new Date(),
  );
  const found = await jira.search({ jql: 'labels = "x"', most: 500 }, 1_000);
  t.is(found.ok ? found.value.length : 0, 101);
  t.deepEqual(
    sent.map(({ url }) => [url.pathname, url.searchParams.get('startAt')]),
    [
      ['/rest/api/2/search', null],
      ['/rest/api/2/search', '100'],
    ],
  );
  t.is(sent[0]?.headers['authorization'], 'Bearer personal-access-token');
});

test('an issue is read as far as it is what Jira describes, and nothing else is used', async (t) => {
  const fields = {
    status: { name: 'Fertig', statusCategory: { key: 'done' } },
    resolution: { name: 'Done' },
    assignee: { displayName: 'Ada' },
    customfield_1: { value: 'x' },
    issuelinks: [{ type: { name: 'Blocks' }, inwardIssue: { key: 'OPS-1' } }],
  };
  const changelog = {
    histories: [
      { author: { displayName: 'Old' }, created: '2026-01-01T10:00:00.000+0000', items: [{ field: 'status' }] },
      { author: { displayName: 'New' }, created: '2026-01-01T10:00:00.000-0100', items: [{ field: 'status' }] },
    ],
  };
  const { result } = await ours({ ...ISSUE, fields, changelog }, (jira) => jira.readIssue('10000', 1_000));
  t.like(result, {
    ok: true,
    value: {
      category: 'done',
      resolution: 'Done',
      assignee: 'Ada',
      movedBy: 'New',
      fields: { customfield_1: { value: 'x' } },
    },
  });
  const hostile = [
    null,
    [],
    { ...ISSUE, fields: {} },
    { ...ISSUE, key: '../x', fields },
    { ...ISSUE, id: 'x', fields },
  ];
  for (const answer of hostile) {
    const { result: refused } = await ours(answer, (jira) => jira.readIssue('10000', 1_000));
    t.like(refused, { ok: false, error: { outcome: { kind: 'unknown', code: 'RESPONSE_MALFORMED' } } });
  }
});
