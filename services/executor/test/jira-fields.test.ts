import { commandOf } from '@pao/executor-sdk/testing';
import { type JsonObject, TransientError } from '@pao/kernel';
import { type FakeJira, type FakeJiraOptions, replyWith, startFakeJira } from '@pao/testkit';
import test, { type ExecutionContext } from 'ava';
import { createJiraTicketAction } from '../src/adapters/jira/action.ts';
import { NAME, prepared, refused, senderTo, tried } from './support/effects.ts';

const field = (fieldId: string, name: string, more: JsonObject = {}): JsonObject => ({
  fieldId,
  key: fieldId,
  name,
  required: false,
  hasDefaultValue: false,
  ...more,
});

const FORM = [
  field('summary', 'Summary', { required: true }),
  field('reporter', 'Reporter', { required: true, hasDefaultValue: true }),
  field('priority', 'Priority', {
    allowedValues: [
      { id: '1', name: 'High' },
      { id: '2', name: 'Low' },
    ],
  }),
  field('components', 'Components', { allowedValues: [{ id: '7', name: 'Database' }] }),
  field('customfield_10010', 'Cost centre', { required: true }),
  field('customfield_10020', 'Tier'),
  field('customfield_10021', 'Tier'),
  field('customfield_10099', 'Epos-Verknüpfung', { schema: { custom: 'com.pyxis.greenhopper.jira:gh-epic-link' } }),
];

const USERS = [
  { accountId: 'acc-1', name: 'ada', emailAddress: 'ada@example.test' },
  { accountId: 'acc-2', name: 'adam', emailAddress: 'ada@example.test.com' },
  { accountId: 'acc-3', name: 'gone', emailAddress: 'gone@example.test', active: false },
];

const open = async (t: ExecutionContext, options: FakeJiraOptions = {}, flavor: 'cloud' | 'data-center' = 'cloud') => {
  const jira = await startFakeJira({ createMeta: { Task: FORM, Bug: [] }, users: USERS, ...options });
  t.teardown(() => jira.close());
  const account = flavor === 'cloud' ? { email: 'pao@example.test' } : {};
  const runner = createJiraTicketAction({
    send: senderTo(t, { port: Number(new URL(jira.url).port) }),
    instances: new Map([['ops', { url: jira.url, apiToken: 'jira-token', flavor, ...account }]]),
    now: () => new Date(),
  });
  return { jira, runner };
};

const ACTION = commandOf().action;

const COST = { customFields: { 'cost CENTRE': 'cc-42' } };

const ticket = (more: JsonObject = {}): JsonObject => ({
  instance: 'ops',
  ticket: { project: 'PLAT', summaryTemplate: 'Do it', ...COST, ...more },
});

const posts = ({ calls }: FakeJira) => calls.filter(({ method }) => method === 'POST');

test('what Jira would refuse is found before the ticket is created, and named as the document calls it', async (t) => {
  const { jira, runner } = await open(t);
  const cases: readonly (readonly [JsonObject, RegExp])[] = [
    [{ issueType: 'Story' }, /^config\.ticket\.issueType: PLAT has no issues of the type "Story"; it has Task, Bug\.$/],
    [{ customFields: {} }, /^config\.ticket\.customFields\.Cost centre: Jira wants Cost centre \(customfield_10010\)/],
    [{ priority: 'Urgent' }, /^config\.ticket\.priority: there is no "Urgent"; there is High, Low\.$/],
    [{ components: ['database', 'Kafka'] }, /^config\.ticket\.components: there is no "Kafka"/],
    [{ customFields: { 'Cost center': 'x' } }, /^config\.ticket\.customFields\.Cost center: .*no such field/],
    [{ customFields: { Tier: 'gold' } }, /several fields have this name: .*customfield_10020, customfield_10021/],
    [{ assignee: 'nobody@example.test' }, /^config\.ticket\.assignee: Jira knows nobody/],
    [{ assignee: 'gone@example.test' }, /^config\.ticket\.assignee: Jira knows nobody/],
  ];
  for (const [more, message] of cases) {
    const failure = await refused(runner, { config: ticket(more) });
    t.is(failure.code, 'JIRA_FIELD_INVALID');
    t.regex(failure.message, message);
  }
  t.is(posts(jira).length, 0);
});

test('on Cloud fields go by their names, people by their address, the description as a document', async (t) => {
  const { jira, runner } = await open(t);
  const more = {
    priority: 'high',
    assignee: 'ADA@example.test',
    epicKey: 'PLAT-100',
    descriptionTemplate: 'It is *big*',
  };
  t.is((await tried(runner, { config: ticket(more) })).kind, 'ok');
  t.like(jira.issues[0]?.fields, {
    customfield_10010: 'cc-42',
    priority: { name: 'high' },
    assignee: { id: 'acc-1' },
    parent: { key: 'PLAT-100' },
  });
  const text = JSON.stringify(jira.issues[0]?.fields['description']);
  t.true(text.includes('{"type":"strong"}') && !text.includes('*big*'), text);
});

test('on Data Center people go by their name, the epic in its field, the description as wiki markup', async (t) => {
  const { jira, runner } = await open(t, {}, 'data-center');
  const more = { assignee: 'ada@example.test', epicKey: 'PLAT-100', descriptionTemplate: 'It is *big*' };
  t.is((await tried(runner, { config: ticket(more) })).kind, 'ok');
  t.like(jira.issues[0]?.fields, {
    customfield_10010: 'cc-42',
    customfield_10099: 'PLAT-100',
    assignee: { name: 'ada' },
    description: 'It is *big*',
  });
  t.true(jira.calls.every(({ path }) => path.startsWith('/rest/api/2/')));
  t.is(jira.calls[0]?.headers.authorization, 'Bearer jira-token');
});

test('what a site wants is asked for once in a while, and a site that does not say it holds nobody up', async (t) => {
  const { jira, runner } = await open(t);
  for (let more = 0; more < 3; more += 1) await tried(runner, { config: ticket() });
  t.is(jira.calls.filter(({ path }) => path.includes('createmeta')).length, 2);
  const silent = await open(t, { createMeta: {} });
  for (let more = 0; more < 2; more += 1) {
    const config = ticket({ customFields: { customfield_10010: 'x' }, priority: 'Urgent', issueType: 'Story' });
    t.is((await tried(silent.runner, { config })).kind, 'ok');
  }
  t.is(silent.jira.issues.length, 2);
});

test('what has to be known and can’t be for now is asked for later', async (t) => {
  const { jira, runner } = await open(t);
  await tried(runner, { config: ticket() });
  jira.next(replyWith(503));
  await t.throwsAsync(prepared(runner, { config: ticket({ assignee: 'ada@example.test' }) }), {
    instanceOf: TransientError,
  });
  jira.next(replyWith(403));
  t.is((await refused(runner, { config: ticket({ assignee: 'ada@example.test' }) })).code, 'JIRA_FIELD_INVALID');
});

test('each link is a step of its own, made once however often it is tried', async (t) => {
  const { jira, runner } = await open(t);
  for (let more = 0; more < 2; more += 1) await tried(runner, { config: ticket() });
  const links = [
    { type: 'Blocks', key: 'PLAT-1' },
    { type: 'Blocks', key: 'PLAT-2', direction: 'inward' },
  ];
  const action = { config: ticket({ links, waitForResolution: true }) };
  const created = await tried(runner, action);
  t.like(created, { kind: 'ok', next: { kind: 'step', step: 'link-1' }, externalRef: 'PLAT-3' });
  t.false('waitsFor' in created);
  let point = created.kind === 'ok' && created.next?.kind === 'step' ? created.next : undefined;
  const proceedings: string[] = [];
  while (point !== undefined) {
    const effect = await runner.proceed?.({ ...ACTION, ...action }, [], point);
    if (!effect?.ok) return t.fail();
    jira.next(
      ...(proceedings.length === 0 ? [{ kind: 'delay', delayMs: 0 } as const, { kind: 'reset' } as const] : []),
    );
    const context = { name: NAME, remainingMs: 20_000 };
    const first = await effect.value.run(context);
    t.is(first.kind, proceedings.length === 0 ? 'unknown' : 'ok');
    t.is((await effect.value.probe(context)).kind, 'found');
    const again = await effect.value.run(context);
    proceedings.push(point.step);
    t.is(again.kind, 'ok');
    point = again.kind === 'ok' && again.next?.kind === 'step' ? again.next : undefined;
    if (point === undefined) t.like(again, { waitsFor: { key: 'PLAT-3' }, offered: { key: 'PLAT-3' } });
  }
  t.deepEqual(proceedings, ['link-1', 'link-2']);
  t.deepEqual(jira.links, [
    { type: 'Blocks', inward: 'PLAT-3', outward: 'PLAT-1' },
    { type: 'Blocks', inward: 'PLAT-2', outward: 'PLAT-3' },
  ]);
});

test('a link to an issue that is not there fails for certain, with the ticket as it is', async (t) => {
  const { jira, runner } = await open(t);
  const action = { config: ticket({ links: [{ type: 'Blocks', key: 'NONE-1' }] }) };
  const created = await tried(runner, action);
  if (created.kind !== 'ok' || created.next?.kind !== 'step') return t.fail();
  const effect = await runner.proceed?.({ ...ACTION, ...action }, [], created.next);
  if (!effect?.ok) return t.fail();
  t.like(await effect.value.run({ name: NAME, remainingMs: 20_000 }), {
    kind: 'definite-failure',
    failure: { code: 'HTTP_404' },
  });
  t.is(jira.issues.length, 1);
});
