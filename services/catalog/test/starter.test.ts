import { readdir, readFile } from 'node:fs/promises';
import { starterRepository } from '@pao/catalog-starter';
import test from 'ava';
import { createDocumentChecker } from '../src/adapters/documents/document-checker.ts';
import type { SourceFile } from '../src/core/ports/catalog-source.ts';

const readStarter = async (): Promise<readonly SourceFile[]> => {
  const paths = (await readdir(starterRepository, { recursive: true }))
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => /^(catalog|bundles)\/.*\.yaml$/.test(path));
  return Promise.all(
    paths.toSorted().map(async (path) => ({ path, text: await readFile(new URL(path, starterRepository), 'utf8') })),
  );
};

const nothingOffered = async () => [];

test('the service takes the starter catalog as a whole, without a finding', async (t) => {
  const files = await readStarter();
  const { documents, broken, findings } = await createDocumentChecker('1').check(files, nothingOffered);
  t.deepEqual(findings, []);
  t.deepEqual(broken, []);
  t.is(documents.length, files.length);
  const ids = new Set(documents.map(({ id }) => id));
  // Tests, demos and the front page name these.
  for (const id of [
    'bundle-webapp-standard',
    'compute-eks-application',
    'database-postgresql-standard',
    'security-parameterstore-standard',
  ]) {
    t.true(ids.has(id), id);
  }
});

test('every part of the catalog is described for its list: category, owner, mode and tags', async (t) => {
  const { documents } = await createDocumentChecker('1').check(await readStarter(), nothingOffered);
  for (const { id, kind, category, owner, mode, tags } of documents) {
    t.truthy(category, id);
    t.truthy(owner?.team, id);
    t.true(tags.length > 0, id);
    t.is(mode === null, kind === 'CatalogBundle', id);
  }
});
