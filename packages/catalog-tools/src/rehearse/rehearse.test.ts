import { type CatalogDocument, type CatalogItem, parseDocument } from '@pao/documents';
import test from 'ava';
import { bundleText, itemText } from '../../test/catalog.ts';
import { type RehearsalOptions, rehearse } from './rehearse.ts';

const documentOf = (text: string): CatalogDocument => {
  const { document, findings } = parseDocument(text, { path: 'catalog/databases/cache.yaml' });
  if (document === undefined) throw new Error(JSON.stringify(findings));
  return document;
};

const item = documentOf(itemText());
const input = { name: 'sessions', basic: { size: 2 } };

const run = (document: CatalogDocument, options: Partial<RehearsalOptions> = {}) => {
  const rehearsed = rehearse(document, { input, ...options });
  if (!rehearsed.ok) throw new Error(JSON.stringify(rehearsed.error));
  return rehearsed.value;
};

test('every action is rendered, and each variable tells which namespace its value came from', (t) => {
  const { steps } = run(item, { results: { create: { status: 201, body: { id: 'c-1' } } } });
  t.deepEqual(
    steps.map(({ id, after, runs }) => ({ id, after, runs })),
    [
      { id: 'create', after: [], runs: true },
      { id: 'announce', after: ['create'], runs: true },
    ],
  );
  t.deepEqual(steps[1]?.payload, { url: 'https://chat.example.com/c-1', payloadTemplate: '{"id":"c-1"}' });
  t.deepEqual(steps[0]?.variables, [
    { place: '/body/contentTemplate', path: '.current.name', namespace: 'current', value: 'sessions' },
    { place: '/body/contentTemplate', path: '.current.basic.size', namespace: 'current', value: 2 },
  ]);
  t.deepEqual(steps[0]?.outputs, { values: { id: 'c-1', status: 201 }, from: 'result', failed: [] });
});

test('without an answer each output is a text that names itself', (t) => {
  const { steps } = run(item);
  t.is(steps[0]?.outputs.from, 'sample');
  t.like(steps[1]?.payload, { url: 'https://chat.example.com/id-of-create' });
});

test('the manual fulfillment can be rehearsed whatever the mode', (t) => {
  t.deepEqual(
    run(item, { mode: 'manual' }).steps.map(({ type }) => type),
    ['jira-ticket'],
  );
  const manual = documentOf(
    itemText()
      .replace('mode: automatic', 'mode: manual')
      .replace(/ {2}automatic:[\s\S]*(?= {2}manual:)/, ''),
  );
  t.deepEqual(rehearse(manual, { input, mode: 'automatic' }), {
    ok: false,
    error: { kind: 'document', message: 'it has nothing to carry out' },
  });
});

test('a bundle runs its components in order, each step named by its component', (t) => {
  const items = new Map([[item.metadata.id, item as CatalogItem]]);
  const { steps } = run(documentOf(bundleText()), { items });
  t.deepEqual(
    steps.map(({ id, after }) => [id, after]),
    [
      ['sessions.create', []],
      ['sessions.announce', ['sessions.create']],
      ['carts.create', ['sessions.announce']],
      ['carts.announce', ['carts.create']],
    ],
  );
});

test('an input that the form refuses is refused with its fields', (t) => {
  t.like(rehearse(item, { input: { name: 'sessions' } }), {
    ok: false,
    error: { kind: 'input', fields: [{ field: 'basic.size', code: 'REQUIRED' }] },
  });
});

test('a template that can’t be filled in is a fault of its step, and the others are still shown', (t) => {
  const broken = documentOf(
    itemText().replace('"size": {{.current.basic.size}}', '"size": {{.current.basic.note | number}}'),
  );
  const { steps } = run(broken, { input: { name: 'sessions', basic: { size: 1, note: 'many' } } });
  t.is(steps[0]?.payload, null);
  t.is(steps[0]?.faults[0]?.pointer, '/body/contentTemplate');
  t.not(steps[1]?.payload, null);
});

test('secrets are covered in the input, the payload and the values', (t) => {
  const secret = documentOf(
    itemText()
      .replace('{ id: note, name: Note, type: string }', '{ id: note, name: Note, type: password }')
      .replace(
        '"size": {{.current.basic.size}}',
        '"size": {{.current.basic.size}}, "note": "{{.current.basic.note | upper}}"',
      ),
  );
  const rehearsal = run(secret, { input: { name: 'sessions', basic: { size: 1, note: 'canary-7' } } });
  t.false(JSON.stringify(rehearsal).toLowerCase().includes('canary-7'));
  t.true(JSON.stringify(rehearsal.steps[0]?.payload).includes('••••'));
});

test('an action whose condition does not hold does not run', (t) => {
  const conditional = documentOf(
    itemText().replace('      - type: webhook\n', "      - type: webhook\n        when: 'current.basic.size > `4`'\n"),
  );
  t.deepEqual(
    run(conditional).steps.map(({ runs }) => runs),
    [true, false],
  );
  t.true(run(conditional, { input: { name: 'sessions', basic: { size: 5 } } }).steps[1]?.runs);
});

test('system values can be replaced member by member', (t) => {
  const who = documentOf(
    itemText().replace('"size": {{.current.basic.size}}', '"by": "{{.system.user.email}} {{.system.user.id}}"'),
  );
  const { steps } = run(who, { system: { user: { id: 'kim' } } });
  t.true(JSON.stringify(steps[0]?.payload).includes('alex@example.com kim'));
});

test('what a condition gives counts as the service counts it: nothing and what is empty say no, an error is a fault', (t) => {
  const step = (when: string) => {
    const text = itemText().replace(
      '      - type: webhook\n',
      `      - type: webhook\n        when: ${JSON.stringify(when)}\n`,
    );
    const { steps } = run(documentOf(text));
    return steps[1];
  };
  for (const when of ['current.basic.note', '`[]`', "''", '`{}`', '`false`']) t.false(step(when)?.runs, when);
  for (const when of ['current.name', '`0`', '`[0]`']) t.true(step(when)?.runs, when);
  t.like(step('length(current.basic.size)'), {
    payload: null,
    faults: [{ code: 'condition-error', pointer: '/when' }],
  });
});
