import { createHmac } from 'node:crypto';
import { escalationOpenedV1, requestEscalatingV1, ticketResolvedV1 } from '@pao/contracts';
import { startFakeJira } from '@pao/testkit';
import test, { type ExecutionContext } from 'ava';
import { escalatedTasks, escalating, message } from './given-handover.ts';
import { newsFor } from './news.ts';
import { startService } from './running-service.ts';

const SECRET = 'a-secret-of-sixteen-and-more';

const start = async (
  t: ExecutionContext,
  secret: Readonly<Record<string, string>> = { PAO_JIRA_WEBHOOK_SECRET: SECRET },
) => {
  const jira = await startFakeJira();
  t.teardown(() => jira.close());
  const service = await startService(t, {
    PAO_JIRA_URL: jira.url,
    PAO_JIRA_EMAIL: 'pao@example.test',
    PAO_JIRA_API_TOKEN: 'a-secret-token',
    PAO_EGRESS_ALLOW: jira.host,
    PAO_ESCALATION_JIRA_PROJECT: 'OPS',
    // Never within a test: what is noticed is noticed by the webhook.
    PAO_ESCALATION_SWEEP_SECONDS: '3600',
    ...secret,
  });
  const deliver = (bytes: string, signature?: string) =>
    service.call('POST', '/webhooks/jira', {
      bytes,
      headers: {
        'x-hub-signature': signature ?? `sha256=${createHmac('sha256', SECRET).update(bytes).digest('hex')}`,
      },
    });
  return { jira, service, deliver, news: newsFor(service.bus) };
};

test('what Jira announces is read from Jira at once, whatever else the announcement says', async (t) => {
  const { jira, service, deliver, news } = await start(t);
  const data = escalating(escalatedTasks(1));
  await service.bus.publish([message(requestEscalatingV1, data.requestId, data)]);
  await news(escalationOpenedV1);
  const id = jira.issues[0]?.id;
  const lie = { issue: { id, fields: { status: { name: 'Done' }, resolution: { name: "Won't Do" } } } };
  t.like(await deliver(JSON.stringify(lie)), { status: 202, body: { data: { outcome: 'accepted' } } });
  jira.resolve('OPS-1');
  for (let repeated = 0; repeated < 3; repeated += 1) await deliver(JSON.stringify({ issue: { id } }));
  t.like(await news(ticketResolvedV1), { outcome: 'done', resolution: 'Done' });
  const { waiting } = await service.bus.depth('request-inbox');
  t.is(waiting, 0);
});

test('what is not signed with the secret is refused before it is looked at', async (t) => {
  const { deliver } = await start(t);
  const body = '{"issue":{"id":"1"}}';
  const other = createHmac('sha256', 'another-secret-of-sixteen').update(body).digest('hex');
  for (const signature of [`sha256=${other}`, 'sha256=', 'sha1=00', other, `sha256=${'0'.repeat(63)}`, ' ']) {
    t.is((await deliver(body, signature)).status, 401, signature);
  }
  t.is((await deliver(body, `sha256=${createHmac('sha256', SECRET).update('{}').digest('hex')}`)).status, 401);
});

test('what names no ticket of ours is ignored, and what is no JSON is refused', async (t) => {
  const { deliver } = await start(t);
  const strange = ['null', '[]', '1', '{}', '{"issue":null}', '{"issue":{"id":null}}', '{"issue":{"id":"1;DROP"}}'];
  for (const body of [...strange, '{"issue":{"id":"99999"}}', '{"issue":{"id":10001}}', '{"__proto__":{"issue":1}}']) {
    t.like(await deliver(body), { status: 202, body: { data: { outcome: 'ignored' } } }, body);
  }
  for (const body of ['{', '\ud800', 'issue=1']) t.is((await deliver(body)).status, 400, body);
});

test('without a secret no webhooks are taken', async (t) => {
  const { deliver } = await start(t, {});
  const { status, body } = await deliver('{}');
  t.is(status, 404);
  t.regex(body.error.message, /PAO_JIRA_WEBHOOK_SECRET/);
});
