import { createHmac } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually, httpServer } from '@pao/testkit';
import test from 'ava';
import { startSandbox } from './sandbox.ts';

const SECRET = 'a secret of the webhook';

const description = {
  version: 1,
  type: 'doc',
  content: [{ type: 'codeBlock', attrs: { language: 'outputs' }, content: [{ type: 'text', text: 'arn:\nname:' }] }],
};

test('a ticket is closed on its page with outputs, and its Jira announces that, signed', async (t) => {
  const listener = await httpServer(t, (_, response) => response.writeHead(202).end());
  const dataDirectory = await mkdtemp(join(tmpdir(), 'pao-sandbox-'));
  t.teardown(() => rm(dataDirectory, { recursive: true, force: true }));
  const webhook = { url: `${listener.url}/hook`, secret: SECRET };
  const { url, close } = await startSandbox({ dataDirectory, now: () => new Date(), webhook });
  t.teardown(close);
  const fields = { project: { key: 'OPS' }, issuetype: { name: 'Task' }, summary: 'Do it', description };
  await fetch(`${url}/rest/api/3/issue`, { method: 'POST', body: JSON.stringify({ fields }) });
  const page = await (await fetch(`${url}/browse/OPS-1`)).text();
  t.regex(page, /<textarea name="outputs"[^>]*>arn:\nname:<\/textarea>/);
  const form = new URLSearchParams({ transition: '41', outputs: 'arn: x</pre>', asked: 'arn:\nname:' });
  await fetch(`${url}/browse/OPS-1`, { method: 'POST', body: form, redirect: 'manual' });
  const issue = (await (await fetch(`${url}/rest/api/3/issue/OPS-1?expand=changelog`)).json()) as {
    readonly fields: { readonly resolution: { readonly name: string }; readonly comment: unknown };
    readonly changelog: { readonly histories: readonly unknown[] };
  };
  t.is(issue.fields.resolution.name, "Won't Do");
  t.true(JSON.stringify(issue.fields.comment).includes('arn: x</pre>'));
  t.is(issue.changelog.histories.length, 1);
  t.false((await (await fetch(`${url}/browse/OPS-1`)).text()).includes('x</pre>'));
  const [told] = await eventually(() => listener.requests.length > 0 && listener.requests);
  const body = told?.body ?? '';
  t.is(told?.headers['x-hub-signature'], `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`);
  t.like(JSON.parse(body), { issue: { key: 'OPS-1' } });
});
