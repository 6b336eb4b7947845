import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { UsageError } from '../failures.ts';
import { bundleText, folderOf, git, itemText } from './catalog.fixture.ts';
import { findCatalogRoot } from './catalog-root.ts';
import { readCatalogFolder } from './read-folder.ts';

test('a catalog is read from its two folders, in the order of the paths, with its owners', async (t) => {
  const folder = await folderOf(t, {
    'catalog/databases/b.yml': itemText(),
    'catalog/compute/a.yaml': 'a',
    'bundles/c.yaml': bundleText(),
    'catalog/compute/README.md': '',
    'catalog/compute/.draft.yaml': '',
    'catalog/.cache/x.yaml': '',
    'templates/item.yaml': '',
    'docs/CODEOWNERS': 'not this one',
    '.github/CODEOWNERS': '* @example/all',
  });
  const { files, codeowners, refused } = await readCatalogFolder(folder);
  t.deepEqual(
    files.map(({ path }) => path),
    ['bundles/c.yaml', 'catalog/compute/a.yaml', 'catalog/databases/b.yml'],
  );
  t.is(files[1]?.text, 'a');
  t.deepEqual(codeowners, { path: '.github/CODEOWNERS', text: '* @example/all' });
  t.deepEqual(refused, []);
});

test('in a folder that is no catalog repository all documents below are read, but not those of packages', async (t) => {
  const folder = await folderOf(t, { 'a.yaml': 'a', 'x/y/b.yaml': 'b', 'node_modules/p/c.yaml': 'c' });
  const { files, codeowners } = await readCatalogFolder(folder);
  t.deepEqual(
    files.map(({ path }) => path),
    ['a.yaml', 'x/y/b.yaml'],
  );
  t.is(codeowners, null);
});

test('links are followed inside the catalog, and a catalog folder that leads out is refused', async (t) => {
  const outside = await folderOf(t, { 'x/secret.yaml': 'secret', CODEOWNERS: '* @evil/team' });
  const folder = await folderOf(t, { 'catalog/x/a.yaml': 'a', 'data/b.yaml': 'b' });
  await symlink('../../data/b.yaml', join(folder, 'catalog/x/b.yaml'));
  await symlink(outside, join(folder, 'bundles'));
  await symlink(join(outside, 'CODEOWNERS'), join(folder, 'CODEOWNERS'));
  const { files, refused, codeowners } = await readCatalogFolder(folder);
  t.deepEqual(files, [
    { path: 'catalog/x/a.yaml', text: 'a' },
    { path: 'catalog/x/b.yaml', text: 'b' },
  ]);
  t.deepEqual(
    refused.map(({ path, code }) => [path, code]),
    [['bundles', 'FILE_OUTSIDE']],
  );
  t.is(codeowners, null);
});

test('the catalog of a file is the nearest folder above that has documents, within its git repository', async (t) => {
  const folder = await folderOf(t, { 'platform/catalog/databases/a.yaml': '', 'platform/docs/b.yaml': '' });
  const root = join(folder, 'platform');
  t.is(await findCatalogRoot(join(root, 'catalog/databases')), root);
  t.is(await findCatalogRoot(join(root, 'docs')), root);
  t.is(await findCatalogRoot(root), root);
  t.is(await findCatalogRoot(folder), undefined);
  await mkdir(join(root, 'docs/inner'));
  git(join(root, 'docs/inner'), 'init', '-q');
  t.is(await findCatalogRoot(join(root, 'docs/inner')), undefined);
});

test('a folder that is absent or is a file says so', async (t) => {
  const folder = await folderOf(t, { file: '' });
  await t.throwsAsync(readCatalogFolder(join(folder, 'absent')), { instanceOf: UsageError, message: /does not exist/ });
  await t.throwsAsync(readCatalogFolder(join(folder, 'file')), { instanceOf: UsageError, message: /is not a folder/ });
});
