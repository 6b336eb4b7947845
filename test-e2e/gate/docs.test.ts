import { readdirSync, readFileSync } from 'node:fs';
import { parseDocument, parseYaml, validateCatalog } from '@pao/documents';
import { isJsonObject } from '@pao/kernel';
import test from 'ava';

const docs = new URL('../../docs/', import.meta.url);
const pages = readdirSync(docs).filter((name) => name.endsWith('.md'));
const read = (page: string): string => readFileSync(new URL(page, docs), 'utf8');

/** The catalog documents that stand on a page, as if each lay in its place. */
const documentsOn = (page: string) =>
  [...read(page).matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].flatMap(([, text = '']) => {
    const yaml = parseYaml(text);
    if (!yaml.ok || !isJsonObject(yaml.value) || !isJsonObject(yaml.value.metadata)) return [];
    const { id, category } = yaml.value.metadata;
    if (typeof id !== 'string') return [];
    const folder = typeof category === 'string' ? `catalog/${category}` : 'bundles';
    return [parseDocument(text, { path: `${folder}/${id}.yaml`, strict: true })];
  });

test('the documents on the page about the format are without a finding', (t) => {
  const results = documentsOn('catalog-format.md');
  t.is(results.length, 2);
  t.deepEqual(validateCatalog(results, { strict: true }).findings, []);
});

test('links between pages lead somewhere', (t) => {
  for (const page of pages) {
    for (const [, target = ''] of read(page).matchAll(/\]\((?!https?:|#)([^)#]+)/g)) {
      t.notThrows(() => {
        const location = new URL(target, docs);
        if (target.endsWith('/') || !/\.\w+$/.test(target)) readdirSync(location);
        else readFileSync(location);
      }, `${page}: ${target}`);
    }
  }
});
