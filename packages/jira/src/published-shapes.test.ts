import { createEgress, createHttpSender, type SendHttp } from '@pao/outgoing';
import { startFakeJira } from '@pao/testkit';
import test from 'ava';
import {
  CommentSchema,
  CreatedIssueSchema,
  DashboardUserSchema,
  IssueSchema,
  IssueUpdateDetailsSchema,
  PageOfCommentsSchema,
  PageOfCreateMetaIssueTypesSchema,
  PageOfCreateMetaIssueTypeWithFieldSchema,
  SearchAndReconcileResultsSchema,
  TransitionsSchema,
} from 'jira.js/cloud';
import { z } from 'zod';
import { createJiraSite } from './jira-site.ts';

// Atlassian's description of the API, as jira.js carries it: the fake that all tests of tickets stand on keeps to it, and so do we.

const ANSWERS: readonly (readonly [method: string, path: RegExp, answer: z.ZodType])[] = [
  ['POST', /\/issue$/, CreatedIssueSchema],
  ['GET', /\/search\/jql$/, SearchAndReconcileResultsSchema],
  ['GET', /\/createmeta\/[^/]+\/issuetypes$/, PageOfCreateMetaIssueTypesSchema],
  ['GET', /\/createmeta\/[^/]+\/issuetypes\/[^/]+$/, PageOfCreateMetaIssueTypeWithFieldSchema],
  ['GET', /\/user\/search$/, z.array(DashboardUserSchema)],
  ['GET', /\/issue\/[^/]+\/transitions$/, TransitionsSchema],
  ['GET', /\/issue\/[^/]+\/comment$/, PageOfCommentsSchema],
  ['POST', /\/issue\/[^/]+\/comment$/, CommentSchema],
  ['GET', /\/issue\/[A-Z]+-\d+$/, IssueSchema],
];

test('what is sent to Jira, and what the fake answers, is as Atlassian describes it', async (t) => {
  const fake = await startFakeJira({
    createMeta: {
      Task: [
        {
          fieldId: 'summary',
          key: 'summary',
          name: 'Summary',
          required: true,
          operations: ['set'],
          schema: { type: 'string', system: 'summary' },
        },
      ],
    },
    users: [{ accountId: 'u-1', displayName: 'Sam', emailAddress: 'sam@example.test' }],
  });
  const { send, close } = createHttpSender(createEgress({ allow: new Set([fake.host]), map: new Map() }));
  t.teardown(async () => {
    close();
    await fake.close();
  });
  const judged = new Set<string>();
  const judge: SendHttp = async (request) => {
    const result = await send(request);
    const { method, url, body } = request;
    const known = ANSWERS.find(([name, path]) => name === method && path.test(url.pathname));
    if (known && result.kind === 'answered') {
      const parsed = known[2].safeParse(JSON.parse(result.body));
      t.true(parsed.success, `${method} ${url.pathname}: ${parsed.error?.message}\n${result.body}`);
      judged.add(`${method} ${known[1]}`);
    }
    if (url.pathname.endsWith('/issue')) IssueUpdateDetailsSchema.parse(JSON.parse(String(body)));
    return result;
  };
  const instance = { url: fake.url, email: 'pao@example.test', apiToken: 'a-secret-token' };
  const jira = createJiraSite(instance, judge, () => new Date());
  const document = { version: 1, type: 'doc', content: [] };
  const fields = {
    project: { key: 'OPS' },
    issuetype: { name: 'Task' },
    summary: 'One',
    labels: ['x'],
    description: document,
  };
  const results = [
    await jira.createIssue(fields, 5_000),
    await jira.createIssue({ ...fields, summary: 'Two' }, 5_000),
    await jira.linkIssues({ type: 'Blocks', inward: 'OPS-1', outward: 'OPS-2' }, 5_000),
    await jira.search({ jql: 'labels = "x" AND updated >= "-10m" ORDER BY updated DESC', most: 1 }, 5_000),
    await jira.readIssueTypes('OPS', 5_000),
    await jira.readCreateFields('OPS', '1', 5_000),
    await jira.findUsers('sam', 5_000),
    await jira.readTransitions('OPS-1', 5_000),
    await jira.addComment('OPS-1', document, 5_000),
    await jira.readComments('OPS-1', 5_000),
    await jira.transition('OPS-1', '31', 5_000),
    await jira.readIssue('OPS-1', 5_000),
  ];
  t.deepEqual(
    results.filter(({ ok }) => !ok),
    [],
  );
  t.is(judged.size, ANSWERS.length, [...judged].join(' '));
});
