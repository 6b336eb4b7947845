import { createHmac } from 'node:crypto';
import {
  escalatedTaskSettledV1,
  escalationOpenedV1,
  requestAbortedV1,
  requestEscalatingV1,
  ticketResolvedV1,
} from '@pao/contracts';
import { eventually, startFakeJira } from '@pao/testkit';
import test, { type ExecutionContext } from 'ava';
import { startFakeServiceNow } from './fake-servicenow.ts';
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
  const hook = (number: string, secret = SECRET) => {
    const record = servicenow.records.find(({ fields }) => fields['number'] === number);
    const bytes = JSON.stringify({ sys_id: record?.sysId, table: 'incident' });
    const signature = createHmac('sha256', secret).update(bytes).digest('base64');
    const headers = { 'x-pao-signature': `sha256=${signature}` };
    return service.call('POST', '/webhooks/servicenow', { bytes, headers });
  };
  return { servicenow, jira, service, hook, news: newsFor(service.bus) };
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
  const { servicenow, jira, service, news } = await start(t);
  const data = handedOver();
  await service.bus.publish([message(requestEscalatingV1, data.requestId, data)]);
  t.deepEqual(
    (await news(escalationOpenedV1)).tickets.map(({ key }) => key),
    ['INC0000001', 'INC0000002', 'OPS-1'],
  );
  await eventually(() => servicenow.records[1]?.journal.length === 1 && jira.issues[0]?.comments.length === 1);
  const [first, second] = servicenow.records;
  t.like(first?.fields, {
    short_description: 'orders: part-1, Task 1',
    correlation_id: `pao-${data.tasks[0]?.id}-g1-escalation`,
    correlation_display: 'pao-escalation',
    assignment_group: '0123456789abcdef0123456789abcdef',
  });
  t.regex(first?.fields['description'] ?? '', /HTTP_500: the platform answered 500[^]*```outputs\nendpoint:\n```/);
  t.false(/h3\.|\{code/.test(first?.fields['description'] ?? ''));
  t.regex(second?.journal[0]?.text ?? '', /Is blocked by INC0000001: http/);
  t.true(JSON.stringify(jira.issues[0]?.comments).includes('Is blocked by INC0000002'));
  t.deepEqual(jira.links, []);
});

test('a resolved incident hands its task back: mapped fields, notes, then close notes, when its business rule says so', async (t) => {
  const { servicenow, service, hook, news } = await start(t);
  const data = handedOver();
  await service.bus.publish([message(requestEscalatingV1, data.requestId, data)]);
  await news(escalationOpenedV1);
  servicenow.note('INC0000001', '```outputs\nport: 5431\nhost: db\n```');
  const close_notes = 'Done.\n```outputs\nport: 5432\n```';
  servicenow.edit('INC0000001', { u_arn: 'arn:db', state: '6', close_notes, assigned_to: 'A Person' });
  t.is((await hook('INC0000001', 'another-secret-than-that')).status, 401);
  t.is((await hook('INC0000001')).body.data.outcome, 'accepted');
  t.like(await news(ticketResolvedV1), {
    ...{ key: 'INC0000001', outcome: 'done', resolvedBy: 'A Person' },
    outputs: { arn: 'arn:db', host: 'db', port: 5432 },
  });
  servicenow.edit('INC0000002', { state: '8', active: 'false' });
  t.is((await hook('INC0000002')).status, 202);
  t.like(await news(ticketResolvedV1), { key: 'INC0000002', outcome: 'declined' });
  t.is((await hook('no-such-number')).body.data.outcome, 'ignored');
});

test('without a business rule the sweep finds what was closed', async (t) => {
  const { servicenow, service, news } = await start(t, { PAO_ESCALATION_SWEEP_SECONDS: '1' });
  const data = handedOver();
  await service.bus.publish([message(requestEscalatingV1, data.requestId, data)]);
  await news(escalationOpenedV1);
  servicenow.edit('INC0000002', { state: '7', active: 'false' });
  t.like(await news(ticketResolvedV1), { key: 'INC0000002', outcome: 'done' });
});

test('an answer that is lost is no second record, and what nobody has to do is cancelled with a note', async (t) => {
  const { servicenow, service, news } = await start(t);
  const data = escalating([escalatedTask(1, { team: 'dba' }), escalatedTask(2, { team: 'dba' })]);
  const { requestId, catalog, name, requestedBy } = data;
  // The first answer is that of the search for the group, the second that of the creation.
  servicenow.failures.push(200, 503);
  await service.bus.publish([message(requestEscalatingV1, requestId, data)]);
  const keys = (await news(escalationOpenedV1)).tickets.map(({ key }) => key);
  t.true(['INC0000001', 'INC0000002'].every((key) => keys.includes(key)));
  t.is(servicenow.records.length, 2);
  const settled = { requestId, taskId: data.tasks[0]?.id ?? '', generation: 1, by: 'person' as const };
  const at = new Date().toISOString();
  const aborted = { requestId, catalog, name, requestedBy, completedTasks: 0, totalTasks: 2, abortedAt: at };
  await service.bus.publish([
    message(escalatedTaskSettledV1, requestId, { ...settled, settledAt: at }),
    message(requestAbortedV1, requestId, aborted),
  ]);
  await eventually(() => servicenow.records.every(({ fields, journal }) => fields['state'] === '8' && journal.length));
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
