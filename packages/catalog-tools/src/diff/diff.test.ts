import { type CatalogDocument, parseDocument } from '@pao/documents';
import test from 'ava';
import { itemText } from '../../test/catalog.ts';
import { diffDocuments } from './diff.ts';

const documentOf = (text: string): CatalogDocument => {
  const { document, findings } = parseDocument(text, { path: 'catalog/databases/cache.yaml' });
  if (document === undefined) throw new Error(JSON.stringify(findings));
  return document;
};

const edited = (from: string, to: string): string => {
  const text = itemText();
  if (!text.includes(from)) throw new Error(`no ${from}`);
  return text.replace(from, to);
};

const before = documentOf(itemText());
const diffTo = (from: string, to: string) => diffDocuments(before, documentOf(edited(from, to)));

test('a document does not differ from itself', (t) => {
  t.deepEqual(diffDocuments(before, before), {
    changes: [],
    form: [],
    breaking: false,
    needs: 'none',
    versionRight: true,
  });
});

test('what is behind the form needs a patch, and is named by its place', (t) => {
  const diff = diffTo('platform.example.com/caches', 'platform.example.com/v2/caches');
  t.like(diff, { needs: 'patch', breaking: false, versionRight: false, form: [] });
  t.deepEqual(diff.changes, [
    {
      path: 'fulfillment.automatic.actions.create.config.endpoint.url',
      kind: 'changed',
      before: 'https://platform.example.com/caches',
      after: 'https://platform.example.com/v2/caches',
    },
  ]);
});

test('a field put in between is one change, and a minor one when it may be left empty', (t) => {
  const note = '          - { id: note,';
  const diff = diffTo(note, `          - { id: zone, name: Zone, type: string }\n${note}`);
  t.deepEqual(
    diff.changes.map(({ path, kind }) => [path, kind]),
    [['input.form.groups.basic.fields.zone', 'added']],
  );
  t.like(diff, { needs: 'minor', breaking: false, form: [{ field: 'basic.zone', breaking: false }] });
});

for (const [what, from, to, field, breaking] of [
  ['a field that is gone', '          - { id: note, name: Note, type: string }\n', '', 'basic.note', true],
  [
    'a field that becomes required',
    'name: Note, type: string',
    'name: Note, type: string, required: true',
    'basic.note',
    true,
  ],
  ['another type', 'name: Note, type: string', 'name: Note, type: boolean', 'basic.note', true],
  ['a tighter limit', 'max: 8', 'max: 4', 'basic.size', true],
  ['a looser limit', 'max: 8', 'max: 16', 'basic.size', false],
  ['a lower limit that rises', 'min: 1', 'min: 2', 'basic.size', true],
  ['another pattern', '{2,28}', '{2,20}', 'name', true],
  [
    'a list of values where any was taken',
    'name: Note, type: string',
    'name: Note, type: select, enum: [a, b]',
    'basic.note',
    true,
  ],
  [
    'a default that makes a required field optional',
    'required: true, validation',
    'required: true, default: 2, validation',
    'basic.size',
    false,
  ],
] as const) {
  test(`${what} is ${breaking ? 'breaking' : 'not breaking'}`, (t) => {
    const { form, needs } = diffTo(from, to);
    t.true(
      form.some((change) => change.field === field && change.breaking === breaking),
      JSON.stringify(form),
    );
    t.is(needs, breaking ? 'major' : 'minor');
  });
}

test('options that go are breaking, options that come are not', (t) => {
  const select = (options: string) =>
    documentOf(edited('name: Note, type: string', `name: Note, type: select, enum: ${options}`));
  t.like(diffDocuments(select('[a, b]'), select('[b, c]')), {
    form: [
      { breaking: true, message: 'no longer offers "a"' },
      { breaking: false, message: 'also offers "c"' },
    ],
  });
});

test('the version has risen far enough, or not', (t) => {
  const text = edited('max: 8', 'max: 4');
  const at = (version: string) =>
    diffDocuments(before, documentOf(text.replace('version: 1.0.0', `version: ${version}`)));
  t.false(at('1.1.0').versionRight);
  t.true(at('2.0.0').versionRight);
  t.false(at('0.9.9').versionRight);
});

test('fields in another order need a patch although no place differs', (t) => {
  const lines = /( {10}- \{ id: size.*\n)( {10}- \{ id: note.*\n)/;
  const swapped = documentOf(itemText().replace(lines, '$2$1'));
  t.like(diffDocuments(before, swapped), { changes: [], needs: 'patch' });
});
