import test, { type ExecutionContext } from 'ava';
import type { FakeJiraOptions } from './issues.ts';
import { startFakeJira } from './jira.ts';

const start = async (t: ExecutionContext, options?: FakeJiraOptions) => {
  const jira = await startFakeJira(options);
  t.teardown(() => jira.close());
  const send = async (method: string, path: string, body?: unknown) => {
    const init = body === undefined ? {} : { body: JSON.stringify(body) };
    const response = await fetch(`${jira.url}/rest/api/3/${path}`, { method, ...init });
    const text = await response.text();
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
  };
  const create = (labels: readonly string[] = [], project = 'PLAT') =>
    send('POST', 'issue', { fields: { project: { key: project }, summary: 'Do it', labels } });
  const find = async (label: string): Promise<string[]> => {
    const { body } = await send('GET', `search/jql?jql=${encodeURIComponent(`labels = "${label}"`)}`);
    return body.issues.map(({ key }: { key: string }) => key);
  };
  return { jira, send, create, find };
};

test('a ticket is created, found by its label, read and closed', async (t) => {
  const { jira, send, create, find } = await start(t);
  t.is((await create(['pao-1'])).body.key, 'PLAT-1');
  t.is((await create()).body.key, 'PLAT-2');
  t.deepEqual(await find('pao-1'), ['PLAT-1']);
  t.deepEqual(await find('pao-2'), []);
  t.is((await send('POST', 'issue/PLAT-1/transitions', { transition: { id: '31' } })).status, 204);
  t.is((await send('GET', 'issue/PLAT-1')).body.fields.status.statusCategory.key, 'done');
  jira.resolve('PLAT-2');
  t.deepEqual(
    jira.issues.map(({ status }) => status),
    ['Done', 'Done'],
  );
});

test('a search lags behind, and a created ticket may go unanswered', async (t) => {
  const { jira, create, find } = await start(t, { searchLagMs: 60_000 });
  jira.next({ kind: 'reset' });
  await t.throwsAsync(create(['pao-1']));
  t.is(jira.issues.length, 1);
  t.deepEqual(await find('pao-1'), []);
});

test('links join two tickets, and what is wrong is refused', async (t) => {
  const { jira, send, create } = await start(t, { projects: ['PLAT'] });
  await create();
  await create();
  const link = { type: { name: 'Blocks' }, inwardIssue: { key: 'PLAT-1' }, outwardIssue: { key: 'PLAT-2' } };
  t.is((await send('POST', 'issueLink', link)).status, 201);
  t.deepEqual(jira.links, [{ type: 'Blocks', inward: 'PLAT-1', outward: 'PLAT-2' }]);
  t.is((await send('GET', 'issue/PLAT-2')).body.fields.issuelinks[0].inwardIssue.key, 'PLAT-1');
  t.is((await create([], 'NONE')).status, 400);
  t.is((await send('GET', 'issue/PLAT-9')).status, 404);
});
