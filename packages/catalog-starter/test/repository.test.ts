import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { runFixture, runGoldenFile } from '@pao/catalog-tools';
import { ACTION_TYPES, formatFinding, parseDocument, parseYaml } from '@pao/documents';
import { isJsonObject } from '@pao/kernel';
import test from 'ava';
import { schemaCopies } from '../src/generate.ts';
import { starterRepository } from '../src/index.ts';
import { readDocuments, readFiles, readStarter } from './repository.ts';

test('the schemas for editors are copies of the published ones', async (t) => {
  const copies = new Map(
    (await readFiles(/^schema\/.*$/)).map(({ path, text }) => [path.slice('schema/'.length), text]),
  );
  t.deepEqual(copies, await schemaCopies(), 'run: npm run generate -w @pao/catalog-starter');
  t.is(copies.size, 3);
});

test('the first line of a document leads an editor to its schema', async (t) => {
  for (const { path, text } of [...(await readDocuments()), ...(await readFiles(/^templates\/.*\.yaml$/))]) {
    const [, reference = ''] = /^# yaml-language-server: \$schema=(\S+)\n/.exec(text) ?? [];
    const schema = new URL(reference, new URL(path, starterRepository));
    await t.notThrowsAsync(access(schema), path);
    const kind = /^kind: CatalogBundle$/m.test(text) ? 'catalog-bundle.json' : 'catalog-item.json';
    t.is(schema.pathname.split('/').at(-1), kind, path);
  }
});

test('templates are valid as they stand, one for each action type', async (t) => {
  const templates = await readFiles(/^templates\/.*\.yaml$/);
  for (const { path, text } of templates) {
    t.deepEqual(parseDocument(text, { path, strict: true }).findings.map(formatFinding), [], path);
  }
  const snippets = templates.filter(({ path }) => path.startsWith('templates/actions/'));
  t.deepEqual(
    snippets.map(({ path }) => path.slice('templates/actions/'.length, -'.yaml'.length)),
    ACTION_TYPES.toSorted(),
  );
  for (const { path, text } of snippets) {
    const type = path.slice('templates/actions/'.length, -'.yaml'.length);
    const { document } = parseDocument(text, { path });
    const actions = document?.kind === 'CatalogItem' ? (document.fulfillment.automatic?.actions ?? []) : [];
    t.true(
      actions.some((action) => action.type === type),
      path,
    );
  }
});

test('every item and bundle has golden tests, one of them of an input that is refused, and all pass', async (t) => {
  const { documents } = await readStarter();
  const byId = new Map(documents.map(({ document }) => [document.metadata.id, document]));
  const files = await readFiles(/^tests\/.*\.test\.yaml$/);
  t.deepEqual(
    files.map(({ path }) => path.slice('tests/'.length, -'.test.yaml'.length)),
    [...byId.keys()].toSorted(),
  );
  for (const file of files) {
    const { document, broken, results } = runGoldenFile(file, byId);
    t.is(broken, undefined, file.path);
    t.is(file.path, `tests/${document}.test.yaml`);
    t.true(results.length >= 2, file.path);
    t.true(
      results.some(({ actual }) => 'errors' in actual),
      file.path,
    );
    for (const { name, passed, differences } of results) t.true(passed, `${name}: ${JSON.stringify(differences)}`);
  }
});

test('valid fixtures have no finding, and invalid ones those that are expected of them', async (t) => {
  const catalog = (await readDocuments()).map(({ path, text }) => parseDocument(text, { path }));
  const expected = new Map(
    (await readFiles(/^tests\/invalid\/.*\.expected\.yaml$/)).map(({ path, text }) => [path, text]),
  );
  const fixtures = await readFiles(/^tests\/(valid|invalid)\/(?!.*\.expected\.yaml$).*\.yaml$/);
  const codes = new Set<string>();
  for (const { path, text } of fixtures) {
    const name = path.slice(path.lastIndexOf('/') + 1, -'.yaml'.length);
    const wanted = expected.get(path.replace('.yaml', '.expected.yaml'));
    t.is(wanted === undefined, path.startsWith('tests/valid/'), path);
    const { passed, problems } = runFixture(
      wanted === undefined ? { path, name, text } : { path, name, text, expected: wanted },
      catalog,
    );
    t.true(passed, `${path}: ${problems.join('; ')}`);
    const list = wanted === undefined ? undefined : parseYaml(wanted);
    for (const entry of list?.ok === true && Array.isArray(list.value) ? list.value : []) {
      if (isJsonObject(entry) && typeof entry['code'] === 'string') codes.add(entry['code']);
    }
  }
  t.true(codes.size >= 10);
});

test('scripts can be run', async (t) => {
  const scripts = await readFiles(/^scripts\/.*\.sh$/);
  t.is(scripts.length, 5);
  for (const { path, text } of scripts) {
    t.true(text.startsWith('#!/usr/bin/env bash\n'), path);
    t.true(text.includes('\nset -euo pipefail\n'), path);
    const { mode } = await stat(new URL(path, starterRepository));
    // Windows has no such bit.
    if (process.platform !== 'win32') t.is(mode & constants.S_IXUSR, constants.S_IXUSR, path);
  }
});
