import { readFile } from 'node:fs/promises';
import { starterRepository } from '@pao/catalog-starter';
import test from 'ava';
import type { SourceFile } from '../../core/ports/catalog-source.ts';
import { createDocumentChecker } from './document-checker.ts';
import { createFileMemory } from './file-memory.ts';

const read = async (path: string): Promise<SourceFile> => ({
  path,
  text: await readFile(new URL(path, starterRepository), 'utf8'),
});

const POSTGRESQL = 'catalog/databases/postgresql-standard.yaml';
const EKS = 'catalog/compute/eks-application.yaml';
const BUNDLE = 'bundles/webapp-standard.yaml';
const starter = (): Promise<readonly SourceFile[]> =>
  Promise.all([BUNDLE, EKS, POSTGRESQL, 'catalog/security/parameterstore-standard.yaml'].map(read));

const edit = (file: SourceFile, from: string, to: string): SourceFile => ({
  ...file,
  text: file.text.replaceAll(from, to),
});

const nothingOffered = async () => [];

test('documents are summarized for the list', async (t) => {
  const { documents, broken, findings } = await createDocumentChecker('1').check(await starter(), nothingOffered);
  t.deepEqual(broken, []);
  t.deepEqual(findings, []);
  t.like(
    documents.find(({ id }) => id === 'database-postgresql-standard'),
    {
      path: POSTGRESQL,
      kind: 'CatalogItem',
      name: 'PostgreSQL database',
      version: '1.0.0',
      category: 'databases',
      owner: { team: 'platform-databases' },
      mode: 'automatic',
      tags: ['database', 'postgresql', 'relational'],
    },
  );
  t.like(
    documents.find(({ id }) => id === 'bundle-webapp-standard'),
    { kind: 'CatalogBundle', mode: null },
  );
});

test('the hash follows the content and not the way it is written', async (t) => {
  const checker = createDocumentChecker('1');
  const hashOf = async (file: SourceFile) => (await checker.check([file], nothingOffered)).documents[0]?.hash;
  const file = await read(POSTGRESQL);
  const hash = await hashOf(file);
  t.is(await hashOf({ ...file, text: `# a comment\n${file.text}` }), hash);
  t.not(await hashOf(edit(file, 'version: 1.0.0', 'version: 1.0.1')), hash);
});

test('a file is parsed again only when its content has changed', async (t) => {
  const memory = createFileMemory();
  const file = await read(POSTGRESQL);
  const first = memory.open(file);
  const again = memory.open({ ...file });
  t.true(first.fresh);
  t.false(again.fresh);
  t.deepEqual(again.document, first.document);
  t.true(memory.open(edit(file, 'version: 1.0.0', 'version: 1.0.1')).fresh);
  t.true(memory.open(file).fresh);
  memory.keepOnly([]);
  t.true(memory.open(file).fresh);
});

test('findings of a remembered file keep their places', async (t) => {
  const checker = createDocumentChecker('1');
  const files = [edit(await read(BUNDLE), 'catalogItem: compute-eks-application', 'catalogItem: compute-absent')];
  const first = await checker.check(files, nothingOffered);
  t.true(first.findings.length > 0);
  t.deepEqual(await checker.check(files, nothingOffered), first);
});

test('a bundle is checked against what is still offered of an item that broke', async (t) => {
  const checker = createDocumentChecker('1');
  const good = await checker.check(await starter(), nothingOffered);
  const document = good.documents.find(({ path }) => path === POSTGRESQL)?.document ?? {};
  const files = (await starter()).map((file) => (file.path === POSTGRESQL ? edit(file, 'kind:', 'kind: [') : file));
  const { documents, broken, findings } = await checker.check(files, async (asked) =>
    asked.map(({ path }) => ({ path, document })),
  );
  t.deepEqual(
    documents.map(({ path }) => path),
    good.documents.map(({ path }) => path).filter((path) => path !== POSTGRESQL),
  );
  t.deepEqual(broken, [{ path: POSTGRESQL }]);
  t.deepEqual(
    findings.map(({ path, severity }) => `${path} ${severity}`),
    [`${POSTGRESQL} error`],
  );
});

test('without one the bundle is broken too', async (t) => {
  const files = (await starter()).filter(({ path }) => path !== POSTGRESQL);
  const { broken, documents } = await createDocumentChecker('1').check(files, nothingOffered);
  t.deepEqual(broken, [{ path: BUNDLE, id: 'bundle-webapp-standard' }]);
  t.is(documents.length, 2);
});

test('of two files with one id neither is published', async (t) => {
  const file = await read(POSTGRESQL);
  const files = [file, { ...file, path: 'catalog/databases/copy.yaml' }];
  const { broken, documents } = await createDocumentChecker('1').check(files, nothingOffered);
  t.deepEqual(documents, []);
  t.is(broken.length, 2);
});

test('a document that cannot be stored or sent is broken', async (t) => {
  const file = await read(POSTGRESQL);
  const text = (constant: string): SourceFile => edit(file, 'engine: postgres', `engine: ${constant}`);
  const large = `&x ["${'x'.repeat(10_000)}"]\n  copies: [${Array.from({ length: 40 }, () => '*x').join(', ')}]`;
  for (const constant of ['"a\\0b"', '"a\\ud800b"', large]) {
    const { broken, findings } = await createDocumentChecker('1').check([text(constant)], nothingOffered);
    t.is(broken.length, 1, constant.slice(0, 20));
    t.true(findings.some(({ severity }) => severity === 'error'));
  }
});
