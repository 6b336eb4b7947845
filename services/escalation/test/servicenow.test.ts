import { createHmac } from 'node:crypto';
import {
  escalatedTaskSettledV1,
  escalationOpenedV1,
  type RequestEscalatingV1,
  requestAbortedV1,
  requestEscalatingV1,
  ticketResolvedV1,
} from '@pao/contracts';
import { eventually, startFakeJira, startFakeServiceNow } from '@pao/testkit';
import test, { type ExecutionContext } from 'ava';
import { escalatedTask, escalatedTasks, escalating, message } from './given-handover.ts';
import { newsFor } from './news.ts';
import { startService } from './running-service.ts';

const SECRET = 'a-secret-of-the-business-rule';

const ROUTES = {
  dba: { system: 'servicenow', instance: 'main', table: 'incident', assignmentGroup: 'Databases' },
  web: { system: 'jira', project: 'WEB' },
};

const start = async (t: ExecutionContext, variables: Readonly<Record<string, string>> = {}) => {
  const [servicenow, jira] = await Promise.all([startFakeServiceNow(), startFakeJira()]);
  t.teardown(() => Promise.all([servicenow.close(), jira.close()]));
  const group = servicenow.add('sys_user_group', { name: 'Databases', active: 'true' });
  const service = await startService(t, {
    ...{ PAO_JIRA_URL: jira.url, PAO_JIRA_EMAIL: 'pao@example.test', PAO_JIRA_API_TOKEN: 'a-secret-token' },
    PAO_EGRESS_ALLOW: `${jira.host},${servicenow.host}`,
    PAO_ESCALATION_JIRA_PROJECT: 'OPS',
    PAO_ESCALATION_SWEEP_SECONDS: '3600',
    PAO_SERVICENOW_INSTANCES: JSON.stringify({ main: { url: servicenow.url, user: 'pao', password: 'canary' } }),
    PAO_SERVICENOW_WEBHOOK_SECRET: SECRET,
    PAO_TICKET_ROUTES: JSON.stringify(ROUTES),
    ...variables,
  });
  const hook = (key: string | null, secret = SECRET) => {
    const record = servicenow.of('incident').find(({ fields }) => fields['number'] === key);
    const bytes = JSON.stringify({ sys_id: record?.fields['sys_id'], table: 'incident' });
    const signature = createHmac('sha256', secret).update(bytes).digest('base64');
    const headers = { 'x-pao-signature': `sha256=${signature}` };
    return service.call('POST', '/webhooks/servicenow', { bytes, headers });
  };
  const news = newsFor(service.bus);
  /** Keys of the tickets of what is handed over, in the order of its tasks. */
  const open = async (data: RequestEscalatingV1): Promise<readonly string[]> => {
    await service.bus.publish([message(requestEscalatingV1, data.requestId, data)]);
    return (await news(escalationOpenedV1)).tickets.map(({ key }) => key ?? '');
  };
  const record = (key: string | undefined) => servicenow.of('incident').find(({ fields }) => fields['number'] === key);
  const notesOn = (key: string | undefined): readonly string[] =>
    servicenow
      .of('sys_journal_field')
      .filter(({ fields }) => fields['element_id'] === record(key)?.fields['sys_id'])
      .map(({ fields }) => fields['value'] ?? '');
  return { servicenow, jira, service, hook, news, open, record, notesOn, group };
};

/** Three tasks in a row: two of the databases, the last one of whoever has no route. */
const handedOver = () => {
  const tasks = escalatedTasks(3).map((task, index) => ({
    ...task,
    ...(index < 2 && { team: 'dba', manual: { project: 'JIRA', outputs: { arn: 'u_arn' } } }),
    ...(index === 0 && { manual: { system: 'servicenow' as const, outputs: { arn: 'u_arn' } } }),
  }));
  return escalating(tasks);
};

test('tickets go where the owning team works, say what they wait for, and are found by their label', async (t) => {
  const { jira, open, record, notesOn, group } = await start(t);
  const data = handedOver();
  const [one, two, three] = await open(data);
  t.is(three, 'OPS-1');
  await eventually(() => notesOn(two).length === 1 && jira.issues[0]?.comments.length === 1);
  t.like(record(one)?.fields, {
    short_description: 'orders: part-1, Task 1',
    correlation_id: `pao-${data.tasks[0]?.id}-g1-escalation`,
    correlation_display: 'pao-escalation',
    assignment_group: group,
  });
  const description = record(one)?.fields['description'] ?? '';
  t.regex(description, /HTTP_500: the platform answered 500[^]*```outputs\nendpoint:\n```/);
  t.false(/h3\.|\{code/.test(description));
  t.true(notesOn(two)[0]?.includes(`Is blocked by ${one}: http`));
  t.true(JSON.stringify(jira.issues[0]?.comments).includes(`Is blocked by ${two}`));
  t.deepEqual(jira.links, []);
});

test('a resolved incident hands its task back: mapped fields, notes, then close notes, when its business rule says so', async (t) => {
  const { servicenow, hook, news, open } = await start(t);
  const [one = '', two = ''] = await open(handedOver());
  servicenow.comment(one, '```outputs\nport: 5431\nhost: db\n```');
  const close_notes = 'Done.\n```outputs\nport: 5432\n```';
  servicenow.edit(one, { u_arn: 'arn:db', state: '6', close_notes, assigned_to: 'A Person' });
  t.is((await hook(one, 'another-secret-than-that')).status, 401);
  t.is((await hook(one)).body.data.outcome, 'accepted');
  t.like(await news(ticketResolvedV1), {
    ...{ key: one, outcome: 'done', resolvedBy: 'A Person' },
    outputs: { arn: 'arn:db', host: 'db', port: 5432 },
  });
  servicenow.edit(two, { state: '8', active: 'false' });
  t.is((await hook(two)).status, 202);
  t.like(await news(ticketResolvedV1), { key: two, outcome: 'declined' });
  t.is((await hook('no-such-number')).body.data.outcome, 'ignored');
});

test('outputs that can’t be read are told in a work note, and a newer note makes them good', async (t) => {
  const { servicenow, hook, news, open, notesOn } = await start(t);
  const [one = ''] = await open(handedOver());
  servicenow.edit(one, { state: '6' });
  servicenow.comment(one, '```outputs\nports:\n  - 1\n - 2\n```');
  await hook(one);
  await eventually(() => notesOn(one).some((text) => text.includes('outputs: line 3, column')));
  servicenow.comment(one, '```outputs\nports:\n  - 1\n  - 2\n```');
  await hook(one);
  t.deepEqual((await news(ticketResolvedV1)).outputs, { ports: [1, 2] });
});

test('without a business rule the sweep finds what was closed', async (t) => {
  const { servicenow, news, open } = await start(t, { PAO_ESCALATION_SWEEP_SECONDS: '1' });
  const [, two = ''] = await open(handedOver());
  servicenow.edit(two, { state: '7', active: 'false' });
  t.like(await news(ticketResolvedV1), { key: two, outcome: 'done' });
});

test('an answer that is lost is no second record, and what nobody has to do is cancelled with a note', async (t) => {
  const { servicenow, service, open, record, notesOn } = await start(t);
  const data = escalating([escalatedTask(1, { team: 'dba' }), escalatedTask(2, { team: 'dba' })]);
  const { requestId, catalog, name, requestedBy } = data;
  // The first answer is that of the search for the group, the second that of the creation.
  servicenow.next({ kind: 'delay', delayMs: 0 }, { kind: 'reply', reply: { status: 503 } });
  const keys = await open(data);
  t.is(servicenow.of('incident').length, 2);
  t.true(keys.every((key) => record(key) !== undefined));
  const settled = { requestId, taskId: data.tasks[0]?.id ?? '', generation: 1, by: 'person' as const };
  const at = new Date().toISOString();
  const aborted = { requestId, catalog, name, requestedBy, completedTasks: 0, totalTasks: 2, abortedAt: at };
  await service.bus.publish([
    message(escalatedTaskSettledV1, requestId, { ...settled, settledAt: at }),
    message(requestAbortedV1, requestId, aborted),
  ]);
  await eventually(() => keys.every((key) => record(key)?.fields['state'] === '8' && notesOn(key).length > 0));
  t.true(notesOn(keys[1]).some((text) => text.includes('was aborted')));
});

test('a group or an instance that does not exist is told as the problem of the ticket, without the password', async (t) => {
  const { service, news } = await start(t, {
    PAO_TICKET_ROUTES: JSON.stringify({
      dba: { system: 'servicenow', instance: 'main', assignmentGroup: 'Nobody' },
      net: { system: 'servicenow', instance: 'gone' },
    }),
  });
  const data = escalating([escalatedTask(1, { team: 'dba' }), escalatedTask(2, { team: 'net' })]);
  await service.bus.publish([message(requestEscalatingV1, data.requestId, data)]);
  const { tickets } = await news(escalationOpenedV1);
  t.regex(tickets[0]?.problem ?? '', /no group "Nobody"/);
  t.regex(tickets[1]?.problem ?? '', /knows no ServiceNow "gone"/);
  t.false(JSON.stringify(tickets).includes('canary'));
});
