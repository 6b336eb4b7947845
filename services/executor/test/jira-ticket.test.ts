import { decodeMessage, taskWaitingV1 } from '@pao/contracts';
import { endedEvent } from '@pao/executor-sdk';
import { commandOf } from '@pao/executor-sdk/testing';
import type { Json, JsonObject } from '@pao/kernel';
import { httpServer, type ReceivedRequest } from '@pao/testkit';
import test, { type ExecutionContext } from 'ava';
import { createJiraTicketAction } from '../src/adapters/jira/action.ts';
import { NAME, prepared, refused, senderTo, tried } from './support/effects.ts';

const TICKET = { project: 'PLAT', summaryTemplate: 'Create a database' };
const TOKEN = 'jira-5c1e90';

interface FakeIssue {
  readonly id: string;
  readonly key: string;
  readonly fields: { readonly labels: readonly string[] };
}

type Answer = { readonly status: number; readonly body: unknown };

/** A Jira that creates tickets and searches them by label; `onCreate` may answer otherwise after it has created. */
const fakeJira = async (t: ExecutionContext, onCreate: (issue: FakeIssue) => Answer = created, copies = 1) => {
  const issues: FakeIssue[] = [];
  const server = await httpServer(t, ({ method, url, body }, response) => {
    const { pathname, searchParams } = new URL(url, 'http://jira.test');
    let answer: Answer = { status: 404, body: {} };
    if (method === 'POST' && pathname === '/rest/api/3/issue') {
      const { fields } = JSON.parse(body) as FakeIssue;
      for (let copy = 0; copy < copies; copy += 1) {
        issues.push({ id: String(10_000 + issues.length), key: `PLAT-${issues.length + 1}`, fields });
      }
      answer = onCreate(issues.at(-1) as FakeIssue);
    }
    if (method === 'GET' && pathname === '/rest/api/3/search/jql') {
      const label = /^labels = "([^"]+)"$/.exec(searchParams.get('jql') ?? '')?.[1] ?? '';
      answer = {
        status: 200,
        body: { issues: issues.filter(({ fields }) => fields.labels.includes(label)), isLast: true },
      };
    }
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body));
  });
  const runner = createJiraTicketAction({
    send: senderTo(t, server),
    instances: new Map([['default', { url: server.url, email: 'pao@example.test', apiToken: TOKEN }]]),
    now: () => new Date(),
  });
  const posts = () => server.requests.filter(({ method }) => method === 'POST');
  return { server, runner, issues, posts };
};

const created = ({ id, key }: FakeIssue): Answer => ({
  status: 201,
  body: { id, key, self: `http://jira.test/${id}` },
});
const lost = (): Answer => ({ status: 502, body: {} });

const text = (line: string): Json => ({ type: 'text', text: line });

const fieldsSent = ([request]: readonly ReceivedRequest[]): JsonObject =>
  (JSON.parse(request?.body ?? '{}') as { readonly fields: JsonObject }).fields;

test('a ticket is created with the name of its attempt among its labels', async (t) => {
  const { server, runner, posts } = await fakeJira(t);
  const verdict = await tried(runner, { config: { ticket: TICKET } });
  const ticket = { key: 'PLAT-1', url: `${server.url}/browse/PLAT-1`, id: '10000' };
  t.like(verdict, { kind: 'ok', result: ticket, offered: ticket, externalRef: 'PLAT-1' });
  t.deepEqual(fieldsSent(posts()), {
    project: { key: 'PLAT' },
    issuetype: { name: 'Task' },
    summary: 'Create a database',
    labels: [NAME],
  });
  const pair = Buffer.from(`pao@example.test:${TOKEN}`).toString('base64');
  t.is(posts()[0]?.headers.authorization, `Basic ${pair}`);
});

test('everything a document says of a ticket reaches Jira, inside of `ticket` or beside it', async (t) => {
  const said: JsonObject = {
    descriptionTemplate: 'First line\nsecond line\n\nAnother paragraph',
    priority: 'High',
    labels: ['pao', 'with space', 'pao'],
    components: ['Database'],
    epicKey: 'PLAT-100',
    assignee: '5b10ac8d82e05b22cc7d4ef5',
    customFields: { customfield_10010: { value: 'gold' }, summary: 'not mine to set' },
  };
  for (const config of [
    { ticket: { ...TICKET, ...said, issueType: 'Story' } },
    { ticket: { ...TICKET, issueType: 'Story' }, ...said },
  ]) {
    const { runner, posts } = await fakeJira(t);
    t.is((await tried(runner, { config })).kind, 'ok');
    t.deepEqual(fieldsSent(posts()), {
      customfield_10010: { value: 'gold' },
      project: { key: 'PLAT' },
      issuetype: { name: 'Story' },
      summary: 'Create a database',
      labels: ['pao', 'with-space', NAME],
      description: {
        version: 1,
        type: 'doc',
        content: [
          { type: 'paragraph', content: [text('First line'), { type: 'hardBreak' }, text('second line')] },
          { type: 'paragraph', content: [text('Another paragraph')] },
        ],
      },
      priority: { name: 'High' },
      components: [{ name: 'Database' }],
      parent: { key: 'PLAT-100' },
      assignee: { id: '5b10ac8d82e05b22cc7d4ef5' },
    });
  }
});

test('a summary is one line of at most 255 characters', async (t) => {
  const { runner, posts } = await fakeJira(t);
  await tried(runner, { config: { ticket: { ...TICKET, summaryTemplate: ' two\r\nlines\t' } } });
  t.is(fieldsSent(posts())['summary'], 'two lines');
  const config = { ticket: { ...TICKET, summaryTemplate: 'x'.repeat(256) } };
  t.like(await refused(runner, { config }), {
    code: 'CONFIG_INVALID',
    message: 'config.ticket.summaryTemplate: is longer than 255 characters',
  });
});

test('what cannot be done is refused before anything is sent', async (t) => {
  const { runner, posts } = await fakeJira(t);
  const cases: readonly (readonly [JsonObject, string])[] = [
    [{ ticket: { ...TICKET, project: 'plat' } }, 'CONFIG_INVALID'],
    [{ ticket: TICKET, instance: 'elsewhere' }, 'JIRA_INSTANCE_UNKNOWN'],
  ];
  for (const [config, code] of cases) t.is((await refused(runner, { config })).code, code);
  t.is((await tried(runner, { config: { ticket: { ...TICKET, waitForResolution: false } } })).kind, 'ok');
  t.is(posts().length, 1);
  const none = createJiraTicketAction({ send: senderTo(t), instances: new Map(), now: () => new Date() });
  const failure = await refused(none, { config: { ticket: TICKET } });
  t.is(failure.code, 'JIRA_NOT_CONFIGURED');
  t.true(failure.message.includes('PAO_JIRA_URL'));
});

test('what Jira refuses is a definite failure with its reasons, and the token is in none of them', async (t) => {
  const errors = {
    errorMessages: [`not with ${TOKEN}`],
    errors: { priority: 'Specify the Priority (name) in string format' },
  };
  const { runner, posts } = await fakeJira(t, () => ({ status: 400, body: errors }));
  const verdict = await tried(runner, { config: { ticket: TICKET } });
  t.like(verdict, { kind: 'definite-failure', failure: { code: 'HTTP_400' } });
  t.true(JSON.stringify(verdict).includes('Specify the Priority'));
  t.false(JSON.stringify(verdict).includes(TOKEN));
  t.is(posts().length, 1);
});

test('an answer that is not Jira’s leaves the outcome unknown', async (t) => {
  for (const body of [{}, { id: 7, key: 'PLAT-1' }, { id: '1', key: '../../x' }, [], 'ok']) {
    const { runner, posts } = await fakeJira(t, () => ({ status: 201, body }));
    t.like(await tried(runner, { config: { ticket: TICKET } }), {
      kind: 'unknown',
      failure: { code: 'RESPONSE_MALFORMED' },
    });
    t.is(posts().length, 1);
  }
});

test('a ticket whose creation was not answered is found by its label', async (t) => {
  const { runner, posts } = await fakeJira(t, lost);
  const effect = await prepared(runner, { config: { ticket: TICKET } });
  const context = { name: NAME, remainingMs: 20_000 };
  t.like(await effect.run(context), { kind: 'unknown', failure: { code: 'HTTP_502' } });
  t.like(await effect.probe(context), { kind: 'found', success: { externalRef: 'PLAT-1', result: { key: 'PLAT-1' } } });
  t.like(await effect.probe({ ...context, name: 'pao-another' }), { kind: 'inconclusive', again: true });
  t.is(posts().length, 1);
});

test('two tickets with one label are for a person to look at', async (t) => {
  const { runner } = await fakeJira(t, lost, 2);
  const effect = await prepared(runner, { config: { ticket: TICKET } });
  const context = { name: NAME, remainingMs: 20_000 };
  await effect.run(context);
  const probe = await effect.probe(context);
  t.like(probe, { kind: 'inconclusive', again: false });
  t.true(probe.kind === 'inconclusive' && probe.note.includes('PLAT-1, PLAT-2'));
});

test('a search that fails proves nothing', async (t) => {
  const server = await httpServer(t, (_request, response) => response.writeHead(500).end());
  const runner = createJiraTicketAction({
    send: senderTo(t, server),
    instances: new Map([['default', { url: server.url, email: 'pao@example.test', apiToken: TOKEN }]]),
    now: () => new Date(),
  });
  const effect = await prepared(runner, { config: { ticket: TICKET } });
  t.like(await effect.probe({ name: NAME, remainingMs: 20_000 }), { kind: 'inconclusive', again: true });
});

test('a ticket that its task waits for ends the attempt at once, and says what is awaited', async (t) => {
  const { runner, issues, server } = await fakeJira(t);
  const config = { ticket: { ...TICKET, waitForResolution: true } };
  const outputs = { ticket: 'key', arn: 'customfield_10010' };
  const verdict = await tried(runner, { config, outputs });
  const key = 'PLAT-1';
  const url = `${server.url}/browse/${key}`;
  const waitsFor = { system: 'jira', instance: 'default', id: '10000', fields: { arn: 'customfield_10010' }, key, url };
  t.like(verdict, { kind: 'ok', externalRef: key, offered: { key, url } });
  t.deepEqual(verdict.kind === 'ok' && verdict.waitsFor, waitsFor);
  t.deepEqual(issues[0]?.fields.labels, [NAME, 'pao-waiting']);
  const found = await (await prepared(runner, { config, outputs })).probe({ name: NAME, remainingMs: 5_000 });
  t.deepEqual(
    found.kind === 'found' && found.success.waitsFor,
    waitsFor,
    'one that is found is awaited like one created',
  );
});

test('what is told of a task that waits names its ticket, without outputs that are not there yet', (t) => {
  const waitsFor = { system: 'jira', instance: 'default', key: 'PLAT-1', url: 'https://jira.test/browse/PLAT-1' };
  const ending = { kind: 'ok' as const, result: {}, offered: {}, evidence: {} };
  const moment = { id: '0192f0c1-0000-7000-8000-000000000009', startedAt: new Date(), at: new Date() };
  const event = endedEvent(
    commandOf(),
    { ...ending, waitsFor: { ...waitsFor, id: '1', fields: { arn: 'arn' } } },
    { key: 'PLAT-1', arn: null },
    moment,
  );
  t.is(event.type, 'task-waiting.v1');
  const { data } = decodeMessage(taskWaitingV1, event.body);
  t.like(data, { outputs: { key: 'PLAT-1' }, waitingFor: { kind: 'ticket', ...waitsFor, fields: { arn: 'arn' } } });
  t.deepEqual(Object.keys(data.outputs), ['key']);
});
