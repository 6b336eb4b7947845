import { DatabaseSync } from 'node:sqlite';
import test from 'ava';
import type { Call } from './http.ts';
import { createIssueStore } from './issues.ts';
import { createJira } from './jira.ts';

/** A Jira in memory whose clock stands still until it is moved. */
const open = (searchLagMs = 0) => {
  let now = Date.parse('2026-11-20T12:00:00Z');
  const clock = () => new Date(now);
  const store = createIssueStore(new DatabaseSync(':memory:'));
  const jira = createJira({ store, site: 'http://sandbox', now: clock, searchLagMs });
  const send = (method: string, target: string, body?: unknown) => {
    const [path = '', query = ''] = target.split('?');
    const call: Call = {
      method,
      path,
      query: new URLSearchParams(query),
      headers: {},
      text: JSON.stringify(body ?? ''),
    };
    const answer = jira(call, clock());
    return { status: answer.status, body: JSON.parse(JSON.stringify(answer.body ?? null)) };
  };
  const create = (fields: object = {}): string => {
    const all = { project: { key: 'PLAT' }, issuetype: { name: 'Task' }, summary: 'Do it', ...fields };
    return send('POST', '/rest/api/3/issue', { fields: all }).body.key;
  };
  const find = (jql: string): string[] =>
    send('POST', '/rest/api/3/search/jql', { jql, fields: ['summary'] }).body.issues.map(
      ({ key }: { key: string }) => key,
    );
  return { send, create, find, pass: (ms: number) => (now += ms) };
};

test('tickets are numbered by project and read back with their fields', (t) => {
  const { create, send } = open();
  t.deepEqual([create(), create(), create({ project: { key: 'DBA' } })], ['PLAT-1', 'PLAT-2', 'DBA-1']);
  const { status, body } = send('GET', '/rest/api/3/issue/PLAT-2');
  t.is(status, 200);
  t.like(body, { id: '10002', key: 'PLAT-2' });
  t.like(body.fields, { summary: 'Do it', project: { key: 'PLAT' }, issuetype: { name: 'Task' } });
  t.like(body.fields, { status: { name: 'To Do', statusCategory: { key: 'new' } }, labels: [], resolution: null });
  t.deepEqual(Object.keys(send('GET', '/rest/api/3/issue/10002?fields=summary,status').body.fields).toSorted(), [
    'status',
    'summary',
  ]);
  t.is(send('GET', '/rest/api/3/issue/PLAT-9').status, 404);
});

test('what Jira would refuse is refused by field', (t) => {
  const { send } = open();
  const errors = (fields: object) => send('POST', '/rest/api/3/issue', { fields }).body.errors;
  t.deepEqual(Object.keys(errors({})).toSorted(), ['issuetype', 'project', 'summary']);
  const good = { project: { key: 'PLAT' }, issuetype: { name: 'Task' }, summary: 'Do it' };
  t.deepEqual(Object.keys(errors({ ...good, summary: 'x'.repeat(256) })), ['summary']);
  t.deepEqual(Object.keys(errors({ ...good, summary: 'a\nb' })), ['summary']);
  t.deepEqual(Object.keys(errors({ ...good, labels: ['two words'] })), ['labels']);
  t.deepEqual(Object.keys(errors({ ...good, description: 'text' })), ['description']);
  t.is(send('POST', '/rest/api/2/issue', { fields: { ...good, description: 'text' } }).status, 201);
});

test('a ticket is found by its label, not before the index has it', (t) => {
  const { create, find, pass } = open(5_000);
  const key = create({ labels: ['pao', 'pao-1-g1-ticket'] });
  create({ labels: ['pao'] });
  t.deepEqual(find('labels = "pao-1-g1-ticket"'), []);
  pass(5_000);
  t.deepEqual(find('labels = "pao-1-g1-ticket"'), [key]);
  t.deepEqual(find('project = PLAT AND labels in ("pao-1-g1-ticket", other) order by created DESC'), [key]);
  t.deepEqual(find('labels = pao ORDER BY created desc'), ['PLAT-2', 'PLAT-1']);
  t.deepEqual(find('labels = nothing'), []);
});

test('searches go by status, key and time, come in pages, and say what they do not know', (t) => {
  const { create, find, send, pass } = open();
  for (let n = 0; n < 3; n += 1) create();
  send('POST', '/rest/api/3/issue/PLAT-2/transitions', { transition: { id: '31' } });
  t.deepEqual(find('statusCategory != Done'), ['PLAT-1', 'PLAT-3']);
  t.deepEqual(find('status = done and key in (PLAT-1, plat-2)'), ['PLAT-2']);
  pass(3_600_000);
  t.deepEqual(find('updated >= -30m'), []);
  t.deepEqual(find('updated >= "2026-11-20 10:00"').length, 3);
  const page = send('GET', '/rest/api/3/search/jql?jql=project%20%3D%20PLAT&maxResults=2').body;
  t.like(page, { isLast: false, nextPageToken: '2' });
  t.deepEqual(page.issues[0].fields, {});
  t.is(send('GET', '/rest/api/3/search/jql?jql=project%20%3D%20PLAT&nextPageToken=2').body.isLast, true);
  t.is(send('POST', '/rest/api/3/search/jql', { jql: 'sprint = 4' }).status, 400);
  t.is(send('POST', '/rest/api/3/search/jql', { jql: 'labels ==' }).status, 400);
});

test('transitions move a ticket, and a done one has a resolution', (t) => {
  const { create, send } = open();
  const path = `/rest/api/3/issue/${create()}/transitions`;
  const { transitions } = send('GET', path).body;
  const done = transitions.find(({ to }: { to: { name: string } }) => to.name === 'Done');
  t.is(send('POST', path, { transition: { id: done.id }, fields: { customfield_1: 'db.internal' } }).status, 204);
  const { fields } = send('GET', '/rest/api/3/issue/PLAT-1').body;
  t.like(fields, {
    status: { statusCategory: { key: 'done' } },
    resolution: { name: 'Done' },
    customfield_1: 'db.internal',
  });
  t.is(send('POST', path, { transition: { id: '99' } }).status, 400);
});

test('of two linked tickets the one given as inward blocks the other, as in Jira', (t) => {
  const { create, send } = open();
  const [blocker, blocked] = [create(), create()];
  const link = { type: { name: 'Blocks' }, inwardIssue: { key: blocker }, outwardIssue: { key: blocked } };
  t.is(send('POST', '/rest/api/3/issueLink', link).status, 201);
  t.is(send('POST', '/rest/api/3/issueLink', link).status, 201);
  const linksOf = (key: string) => send('GET', `/rest/api/3/issue/${key}`).body.fields.issuelinks;
  t.is(linksOf(blocker).length, 1);
  t.is(linksOf(blocker)[0].outwardIssue.key, blocked);
  t.is(linksOf(blocked)[0].inwardIssue.key, blocker);
  t.is(send('POST', '/rest/api/3/issueLink', { ...link, outwardIssue: { key: 'PLAT-9' } }).status, 404);
});

test('tickets are edited and commented, and the site describes itself', (t) => {
  const { create, send, find } = open();
  create({ labels: ['old'] });
  t.is(send('PUT', '/rest/api/3/issue/PLAT-1', { fields: { labels: ['new'] } }).status, 204);
  t.deepEqual([find('labels = old'), find('labels = new')], [[], ['PLAT-1']]);
  t.is(send('POST', '/rest/api/3/issue/PLAT-1/comment', { body: { type: 'doc' } }).status, 201);
  t.is(send('GET', '/rest/api/3/issue/PLAT-1/comment').body.total, 1);
  for (const path of [
    'myself',
    'serverInfo',
    'issueLinkType',
    'project/PLAT',
    'issue/createmeta/PLAT/issuetypes',
    'issue/createmeta/PLAT/issuetypes/10100',
  ])
    t.is(send('GET', `/rest/api/3/${path}`).status, 200, path);
  t.is(send('GET', '/rest/api/3/dashboard').status, 404);
});
