import type { Action } from '@pao/documents';
import type { JsonObject } from '@pao/kernel';
import test from 'ava';
import { anAction, anItem, pin } from '../../../test/documents.ts';
import { aChain, aRequest, okValue, sha256 } from '../../../test/given.ts';
import { planRequest } from './plan.ts';
import { renderTask } from './render-task.ts';
import type { Request } from './request.ts';
import { taskAt } from './request.ts';

const platform = { environment: 'prod', account: '123', region: 'eu-1' };

const render = (
  config: JsonObject,
  {
    type = 'rest-api',
    request = aRequest(),
    position = 1,
    input = {},
  }: { type?: string; request?: Request; position?: number; input?: object } = {},
) => {
  const actions = request.tasks.map(({ actionId }): Action => anAction({ type, id: actionId, config }));
  const plan = okValue(
    planRequest({ main: pin(anItem({ actions })), items: new Map() }, { name: 'orders-db', ...input }),
  );
  const planned = plan.tasks[position - 1];
  if (!planned) throw new Error('no such task');
  return renderTask({ request, task: taskAt(request, position), plan, planned, platform, digest: sha256 });
};

const url = (text: string): JsonObject => ({ endpoint: { url: text, method: 'GET' } });

test('templates read the input, the constants of the item and the system', (t) => {
  const query = {
    name: '{{.current.name}}',
    size: '{{.current.basic.storageGb}}',
    engine: '{{.metadata.database-standard.engine}}',
    request: '{{.system.requestId}}',
    when: '{{.system.date}} {{.system.time}} {{.system.timestamp}}',
    who: '{{.system.user.id}} {{.system.user.email}} {{.system.user.teams}} [{{.system.user.name}}]',
    where: '{{.system.environment}} {{.system.platform.account}} {{.system.platform.region}}',
    task: '{{.system.task.id}} {{.system.task.attempt}} [{{.system.bundleId}}]',
  };
  const request = aRequest();
  t.deepEqual(okValue(render({ ...url('https://x.example'), query })).config['query'], {
    name: 'orders-db',
    size: '50',
    engine: 'postgres',
    request: request.id,
    when: '2026-11-20 12:00:00 2026-11-20T12:00:00.000Z',
    who: 'user:dev dev@example.test payments []',
    where: 'prod 123 eu-1',
    task: `${request.tasks[0]?.id} 1 []`,
  });
});

test('a task renders the same each time, and two tasks of a request differ', (t) => {
  const config = { ...url('https://x.example'), query: { id: '{{.system.uuid}} {{.system.shortId}}' } };
  const request = aRequest(aChain(2));
  const first = okValue(render(config, { request }));
  t.deepEqual(okValue(render(config, { request })), first);
  t.notDeepEqual(okValue(render(config, { request, position: 2 })), first);
  t.regex(
    (first.config['query'] as { id: string }).id,
    /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12} [0-9a-f]{8}$/,
  );
});

const done = (outputs: JsonObject) => ({ status: 'completed', outputs }) as const;

test('outputs are read by name and below the name the user gave; those of the later task count', (t) => {
  const [a, b, c] = aChain(3);
  if (!a || !b || !c) return t.fail();
  const request = aRequest([{ ...a, ...done({ url: 'old', id: 1 }) }, { ...b, ...done({ url: 'new' }) }, c]);
  const config = {
    ...url('https://x.example'),
    query: { all: '{{.output.url}} {{.output.id}} {{.output.orders-db.url}}' },
  };
  t.deepEqual(okValue(render(config, { request, position: 3 })).config['query'], { all: 'new 1 new' });
});

test('a task does not read what runs beside it', (t) => {
  const [a, b] = aChain(2);
  if (!a || !b) return t.fail();
  const request = aRequest([
    { ...a, status: 'completed', outputs: { url: 'x' } },
    { ...b, dependsOn: [] },
  ]);
  const rendered = render({ ...url('https://x.example'), query: { url: '{{.output.url}}' } }, { request, position: 2 });
  t.like(rendered, { ok: false, error: { code: 'TEMPLATE_ERROR' } });
});

test('no value changes the structure of what is sent', (t) => {
  const hostile = 'a"b/../c?d=e&f#g\u2028<h>{{.system.user.email}}';
  const input = { basic: { note: hostile } };
  const item = (config: JsonObject, type = 'rest-api') => {
    const action = anAction({ type, config });
    const document = anItem({ actions: [action], fields: [{ id: 'note', name: 'Note', type: 'string' }] });
    const plan = okValue(planRequest({ main: pin(document), items: new Map() }, { name: 'a', ...input }));
    const [planned] = plan.tasks;
    const request = aRequest();
    if (!planned) throw new Error('no task');
    return okValue(renderTask({ request, task: taskAt(request, 1), plan, planned, platform, digest: sha256 })).config;
  };
  const note = '{{.current.basic.note}}';
  const rest = item({
    endpoint: { url: `https://x.example/p/${note}?q=${note}`, method: 'POST' },
    body: { type: 'json', contentTemplate: `{"n": "${note}", "m": ${note}}` },
  });
  const at = new URL((rest.endpoint as { url: string }).url);
  t.is(at.host, 'x.example');
  t.is(at.searchParams.get('q'), hostile);
  t.deepEqual([...at.searchParams.keys()], ['q']);
  t.deepEqual(JSON.parse((rest.body as { contentTemplate: string }).contentTemplate), { n: hostile, m: hostile });
  const tree = item({
    endpoint: { url: 'https://x.example', method: 'POST' },
    body: { type: 'json', contentTemplate: { deep: [note, '{{.current.name}}!'] } },
  });
  t.deepEqual(tree.body, { type: 'json', contentTemplate: { deep: [hostile, 'a!'] } });
  const ticket = item({ ticket: { project: 'X', summaryTemplate: `S ${note}` }, labels: [note] }, 'jira-ticket');
  t.deepEqual(ticket, { ticket: { project: 'X', summaryTemplate: `S ${hostile}` }, labels: [hostile] });
});

test('what can’t be rendered is told with every place, and never with a value', (t) => {
  const rendered = render({
    ...url('https://x.example/{{.current.nothing}}'),
    headers: { A: '{{.output.gone}}' },
    query: { ok: '{{.current.name}}' },
  });
  if (rendered.ok) return t.fail();
  t.is(rendered.error.code, 'TEMPLATE_ERROR');
  const errors = rendered.error.evidence?.errors as { place: string }[];
  t.deepEqual(
    errors.map(({ place }) => place),
    ['/endpoint/url', '/headers/A'],
  );
  t.false(JSON.stringify(rendered.error).includes('orders-db'));
});

test('a header takes no line break', (t) => {
  const input = { basic: { storageGb: 50 }, name: 'a' };
  const config = { ...url('https://x.example'), headers: { A: 'x{{.system.correlationId}}' } };
  const request = { ...aRequest(), correlationId: 'a\r\nB: c' };
  t.like(render(config, { request, input }), { ok: false, error: { code: 'TEMPLATE_ERROR' } });
});

test('a template that is broken in itself, or stands where no value may, fails in the same way', (t) => {
  const form = {
    ...url('https://x.example'),
    body: { type: 'form-urlencoded', contentTemplate: 'a={{.current.name}}' },
  };
  const state = { files: [{ path: 'main.tf.json', contentTemplate: '{"a": "{{.current.name}}"}' }] };
  for (const [config, type] of [
    [url('https://x.example/{{.current.name'), 'rest-api'],
    [form, 'rest-api'],
    [state, 'terraform'],
  ] as const) {
    const rendered = render(config, { type });
    t.like(rendered, { ok: false, error: { code: 'TEMPLATE_ERROR' } });
  }
});
