import { createEgress, createHttpSender } from '@pao/outgoing';
import { startFakeJira } from '@pao/testkit';
import test, { type ExecutionContext } from 'ava';
import { createJiraSite } from './jira-site.ts';

const start = async (t: ExecutionContext) => {
  const fake = await startFakeJira();
  const { send, close } = createHttpSender(createEgress({ allow: new Set([fake.host]), map: new Map() }));
  t.teardown(async () => {
    close();
    await fake.close();
  });
  const instance = { url: fake.url, email: 'pao@example.test', apiToken: 'a-secret-token' };
  return { fake, jira: createJiraSite(instance, send, () => new Date()) };
};

const fields = (summary: string) => ({ project: { key: 'OPS' }, issuetype: { name: 'Task' }, summary, labels: ['x'] });

test('tickets are created, linked, commented on, moved and read over a real connection', async (t) => {
  const { fake, jira } = await start(t);
  for (const summary of ['one', 'two']) t.true((await jira.createIssue(fields(summary), 5_000)).ok);
  t.true((await jira.linkIssues({ type: 'Blocks', inward: 'OPS-1', outward: 'OPS-2' }, 5_000)).ok);
  const second = await jira.readIssue('OPS-2', 5_000);
  t.like(second, { ok: true, value: { category: 'new', links: [{ type: 'Blocks', inward: 'OPS-1' }] } });
  const body = { version: 1, type: 'doc', content: [] };
  t.true((await jira.addComment('OPS-1', body, 5_000)).ok);
  const comments = await jira.readComments('OPS-1', 5_000);
  t.deepEqual(comments.ok ? comments.value.map((comment) => comment.body) : [], [body]);
  const transitions = await jira.readTransitions('OPS-1', 5_000);
  const done = transitions.ok ? transitions.value.find(({ to }) => to.statusCategory.key === 'done') : undefined;
  t.true((await jira.transition('OPS-1', done?.id ?? '', 5_000)).ok);
  t.like(await jira.readIssue('OPS-1', 5_000), { ok: true, value: { category: 'done', resolution: 'Done' } });
  t.like(await jira.search({ jql: 'labels = "x"', most: 10 }, 5_000), {
    ok: true,
    value: [{ key: 'OPS-1' }, { key: 'OPS-2' }],
  });
  fake.moveTo('OPS-2', 'PLAT');
  t.like(await jira.readIssue('10002', 5_000), { ok: true, value: { key: 'PLAT-1' } });
  fake.remove('PLAT-1');
  t.like(await jira.readIssue('10002', 5_000), { ok: false, error: { outcome: { code: 'HTTP_404' } } });
});

test('a call whose answer breaks off is not known to have failed, and is sent once', async (t) => {
  const { fake, jira } = await start(t);
  fake.next({ kind: 'truncate' });
  t.like(await jira.createIssue(fields('one'), 5_000), { ok: false, error: { outcome: { kind: 'unknown' } } });
  t.is(fake.issues.length, 1);
  t.is(fake.calls.length, 1);
});
