import { errorCodes, runbook } from '@pao/contracts';
import test from 'ava';
import { errorOf, nowhere, type RunningGateway, startGateway } from './harness.ts';

let gateway: RunningGateway;

test.before(async () => {
  gateway = await startGateway(nowhere, { auth: 'required' });
});

test.after.always(() => gateway.stop());

const json = async (path: string): Promise<{ readonly data: Record<string, unknown> }> =>
  (await gateway.call(path)).json() as Promise<{ data: Record<string, unknown> }>;

test('every code is explained to everybody, while all services are away', async (t) => {
  const { data } = await json('/api/v1/runbook');
  t.deepEqual(
    (data as unknown as readonly { code: string }[]).map(({ code }) => code),
    Object.keys(runbook),
  );
  for (const code of Object.keys(errorCodes)) t.like(await json(`/api/v1/runbook/${code}`), { data: { code } });
});

test('the link of an error leads to what explains it', async (t) => {
  const error = await errorOf(await gateway.call('/api/v1/requests'));
  t.is(error.code, 'UNAUTHENTICATED');
  const { data } = await json(error.doc_url);
  t.is(data['code'], 'UNAUTHENTICATED');
});

test('a code without a page of its own is explained by its class', async (t) => {
  const { data } = await json('/api/v1/runbook/HTTP_503');
  t.is(data['code'], 'HTTP_5XX');
});

test('a browser gets a page that loads nothing', async (t) => {
  for (const [path, says] of [
    ['/api/v1/runbook', 'HTTP_409'],
    ['/api/v1/runbook/HTTP_503', 'The target failed'],
  ] as const) {
    const headers = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
    const response = await gateway.call(path, { headers });
    t.regex(response.headers.get('content-type') ?? '', /^text\/html/);
    t.regex(response.headers.get('content-security-policy') ?? '', /default-src 'none'/);
    const text = await response.text();
    t.true(text.includes(says));
    t.notRegex(text, /<script|src=|https?:\/\//);
  }
});

test('what is no code is a 404, whatever is asked for', async (t) => {
  for (const code of ['NOPE', '__proto__', 'constructor', '%3Cscript%3E', 'HTTP_503/x', '']) {
    const response = await gateway.call(`/api/v1/runbook/${code}`, { headers: { accept: 'text/html' } });
    t.is(response.status, 404, code);
    t.is((await errorOf(response)).code, 'NOT_FOUND');
  }
});
