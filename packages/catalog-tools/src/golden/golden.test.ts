import { type CatalogDocument, parseDocument, parseYaml } from '@pao/documents';
import test from 'ava';
import { bundleText, itemText } from '../../test/catalog.ts';
import { compareJson } from './compare.ts';
import { runFixture } from './fixtures.ts';
import { runGoldenFile } from './run.ts';
import { updateGoldenFile } from './update.ts';

const parsed = [
  parseDocument(itemText(), { path: 'catalog/databases/cache.yaml' }),
  parseDocument(bundleText(), { path: 'bundles/shop.yaml' }),
];
const documents = new Map<string, CatalogDocument>(
  parsed.flatMap(({ document }) => (document === undefined ? [] : [[document.metadata.id, document]])),
);

const path = 'tests/cache.test.yaml';
const unrecorded = `# cases of the cache
document: database-cache-small
tests:
  - name: a cache # the usual one
    input: { name: sessions, basic: { size: 2 } }
    results: { create: { status: 201, body: { id: c-1 } } }
  - name: no capitals
    input: { name: Sessions }
`;

const record = (text: string): string => {
  const updated = updateGoldenFile({ path, text }, runGoldenFile({ path, text }, documents));
  if (updated === undefined) throw new Error('nothing to record');
  return updated;
};

test('a test without an expectation fails until it is recorded, and passes then', (t) => {
  const before = runGoldenFile({ path, text: unrecorded }, documents);
  t.deepEqual(
    before.results.map(({ name, passed, unrecorded: open }) => ({ name, passed, open })),
    [
      { name: 'a cache', passed: false, open: true },
      { name: 'no capitals', passed: false, open: true },
    ],
  );
  const text = record(unrecorded);
  t.true(text.startsWith('# cases of the cache\n'));
  t.true(text.includes('# the usual one'));
  const after = runGoldenFile({ path, text }, documents);
  t.true(after.results.every(({ passed }) => passed));
  t.is(updateGoldenFile({ path, text }, after), undefined);
});

test('what is recorded is the exact payload of each action, its outputs, and the errors of a refused input', (t) => {
  const read = parseYaml(record(unrecorded));
  t.like(read, {
    value: {
      tests: [
        {
          expect: {
            actions: [
              {
                action: 'create',
                type: 'rest-api',
                payload: {
                  endpoint: { url: 'https://platform.example.com/caches', method: 'POST' },
                  body: { type: 'json', contentTemplate: '{\n  "name": "sessions",\n  "size": 2\n}\n' },
                },
                outputs: { id: 'c-1', status: 201 },
              },
              { action: 'announce', payload: { url: 'https://chat.example.com/c-1', payloadTemplate: '{"id":"c-1"}' } },
            ],
          },
        },
        { expect: { errors: [{ field: 'name', code: 'PATTERN' }] } },
      ],
    },
  });
});

test('a change of the document is shown by the line that differs', (t) => {
  const text = record(unrecorded).replace('"size": 2', '"size": 3');
  const [first] = runGoldenFile({ path, text }, documents).results;
  t.deepEqual(first?.differences, [
    { path: 'actions[0].payload.body.contentTemplate line 3', expected: '  "size": 3', actual: '  "size": 2' },
  ]);
});

test('an answer to a step that does not exist fails the test', (t) => {
  const [first] = runGoldenFile(
    { path, text: record(unrecorded).replace('{ create:', '{ craete:') },
    documents,
  ).results;
  t.false(first?.passed);
  t.is(first?.differences[0]?.path, 'results.craete');
});

test('a bundle is tested with its components, in either mode', (t) => {
  const text = `document: bundle-shop-small
tests:
  - { name: automatic, input: { name: shop, basic: { size: 1 } } }
  - { name: by hand, input: { name: shop, basic: { size: 1 } }, mode: manual }
`;
  const { results } = runGoldenFile({ path, text }, documents);
  const steps = results.map(({ actual }) =>
    (actual.actions as readonly { readonly action: string }[]).map(({ action }) => action),
  );
  t.deepEqual(steps, [
    ['sessions.create', 'sessions.announce', 'carts.create', 'carts.announce'],
    ['sessions.jira-ticket-1', 'carts.jira-ticket-1'],
  ]);
});

for (const [text, reason] of [
  ['a: [', /^\d+:\d+: /],
  ['[]', /a test file is a mapping/],
  ['document: x\ntests: [{ name: a, input: {} }]\nextra: 1', /`extra` is not a key/],
  ['document: x\ntests: []', /`tests` must be a list of at least one/],
  ['document: x\ntests: [{ input: {} }]', /tests\[0\]\.name must be a text/],
  ['document: x\ntests: [{ name: a }]', /tests\[0\]\.input is missing/],
  ['document: x\ntests: [{ name: a, input: {}, mode: both }]', /mode must be manual or automatic/],
  ['document: x\ntests: [{ name: a, input: {}, expect: {} }]', /either actions or errors/],
  ['document: x\ntests: [{ name: a, input: {}, expect: { actions: [1] } }]', /list of mappings/],
  ['document: x\ntests: [{ name: a, input: {} }, { name: a, input: {} }]', /another test is called "a"/],
  ['document: nothing\ntests: [{ name: a, input: {} }]', /no valid document `nothing`/],
] as const) {
  test(`a test file that can't be used says why: ${text.slice(0, 60)}`, (t) => {
    const { broken, results } = runGoldenFile({ path, text }, documents);
    t.regex(broken ?? '', reason);
    t.deepEqual(results, []);
  });
}

test('a valid fixture passes, and an invalid one exactly when its findings are the expected ones', (t) => {
  const fixture = { path: 'tests/valid/good.yaml', name: 'good', text: itemText({ id: 'database-other-small' }) };
  t.deepEqual(runFixture(fixture, parsed), { path: fixture.path, passed: true, problems: [] });
  const text = itemText({ id: 'database-other-small' }).replace('version: 1.0.0', 'version: 1');
  const line = text.split('\n').findIndex((one) => one.includes('version: 1')) + 1;
  const bad = { path: 'tests/invalid/bad.yaml', name: 'bad', text };
  t.is(runFixture(bad, parsed).problems.length, 1);
  const [, code = ''] = /: (\w+) /.exec(runFixture(bad, parsed).problems[0] ?? '') ?? [];
  t.true(runFixture({ ...bad, expected: `- { code: ${code}, line: ${line} }` }, parsed).passed);
  t.deepEqual(runFixture({ ...bad, expected: `- { code: ${code}, line: 1 }` }, parsed).problems.length, 2);
  t.false(runFixture({ ...bad, expected: 'nonsense' }, parsed).passed);
});

test('values are compared by place, whatever the order of keys', (t) => {
  t.deepEqual(compareJson({ a: 1, b: [1, { c: 2 }] }, { b: [1, { c: 2 }], a: 1 }), []);
  t.deepEqual(compareJson({ a: [1, 2] }, { a: [1, 3, 4] }), [
    { path: 'a[1]', expected: 2, actual: 3 },
    { path: 'a[2]', expected: undefined, actual: 4 },
  ]);
});
