import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import {
  bundleText,
  commit,
  folderOf,
  git,
  itemText,
  repositoryOf,
  runOffline,
  write,
  wrongText,
} from '../catalog-files/catalog.fixture.ts';

const ITEM = 'catalog/databases/redis.yaml';
const OTHER = 'catalog/databases/other file.yaml';
const BUNDLE = 'bundles/cache.yaml';
// The other item was broken before the branch began: its findings are not this branch's.
const files = { [ITEM]: itemText(), [OTHER]: wrongText('database-other-small'), [BUNDLE]: bundleText() };

const changed = (folder: string, ...args: readonly string[]) =>
  runOffline(['validate', folder, '--changed', 'main', ...args]);

test('without a change nothing is judged, and the exit code is 0', async (t) => {
  const { code, out } = await changed(await repositoryOf(t, files));
  t.is(code, 0);
  t.is(out, '0 documents, 0 errors, 0 warnings');
});

test('a changed item is judged, and the bundles that use it', async (t) => {
  const folder = await repositoryOf(t, files);
  await write(folder, { [ITEM]: `${itemText()}# edited\n` });
  commit(folder);
  t.is((await changed(folder)).out, '2 documents, 0 errors, 0 warnings');
  await write(folder, { [ITEM]: itemText().replace('default: 1', 'required: true') });
  const { code, out } = await changed(folder);
  t.is(code, 1);
  t.regex(out, /bundles\/cache\.yaml:\d+:\d+: error COMPONENT_FIELD_NOT_ASKED/);
  t.false(out.includes('other file'));
});

test('new files count, committed, staged or not yet known to git', async (t) => {
  const folder = await repositoryOf(t, files);
  await write(folder, { 'catalog/databases/a.yaml': wrongText('database-a-small') });
  commit(folder);
  await write(folder, { 'catalog/databases/b.yaml': wrongText('database-b-small') });
  git(folder, 'add', '-A');
  await write(folder, { 'catalog/databases/ü c.yaml': wrongText('database-c-small') });
  t.regex((await changed(folder)).out, /3 documents, 3 errors/);
});

test('what others did on the base since the branch began is not counted', async (t) => {
  const folder = await repositoryOf(t, files);
  await write(folder, { 'catalog/databases/mine.yaml': itemText('database-mine-small') });
  commit(folder);
  git(folder, 'switch', '-q', 'main');
  await write(folder, { [ITEM]: wrongText() });
  commit(folder);
  git(folder, 'switch', '-q', 'work');
  t.is((await changed(folder)).out, '1 document, 0 errors, 0 warnings');
});

test('a deleted item concerns the bundles that still use it', async (t) => {
  const folder = await repositoryOf(t, files);
  await rm(join(folder, ITEM));
  const { code, out } = await changed(folder);
  t.is(code, 1);
  t.regex(out, /bundles\/cache\.yaml.*COMPONENT_ITEM_UNKNOWN[\s\S]*1 document, 1 error/);
});

test('a renamed file is judged under its new name, and a new id concerns who used the old one', async (t) => {
  const folder = await repositoryOf(t, files);
  await rename(join(folder, ITEM), join(folder, 'catalog/databases/renamed.yaml'));
  commit(folder);
  t.is((await changed(folder)).out, '2 documents, 0 errors, 0 warnings');
  await write(folder, { 'catalog/databases/renamed.yaml': itemText('database-redis-large') });
  commit(folder);
  const { out } = await changed(folder);
  t.regex(out, /COMPONENT_ITEM_UNKNOWN[\s\S]*2 documents, 1 error/);
});

test('a change of CODEOWNERS concerns every document', async (t) => {
  const folder = await repositoryOf(t, files);
  await write(folder, { '.github/CODEOWNERS': '* @example/all\n' });
  t.regex((await changed(folder)).out, /3 documents, 1 error/);
  commit(folder);
  git(folder, 'switch', '-q', '-c', 'later');
  await rm(join(folder, '.github/CODEOWNERS'));
  t.regex((await runOffline(['validate', folder, '--changed', 'work'])).out, /3 documents, 1 error/);
});

test('a changed file that cannot be read is a finding', async (t) => {
  const folder = await repositoryOf(t, files);
  await write(folder, { [ITEM]: Buffer.from([0xff]) });
  t.regex((await changed(folder)).out, /FILE_NOT_UTF8/);
});

test('named paths and --changed hold together', async (t) => {
  const folder = await repositoryOf(t, files);
  await write(folder, { [ITEM]: `${itemText()}# edited\n` });
  const { out } = await runOffline(['validate', join(folder, 'catalog'), '--changed', 'main']);
  t.is(out, '1 document, 0 errors, 0 warnings');
});

test('a catalog in a folder of a larger repository is compared by its own files', async (t) => {
  const inner = Object.fromEntries(Object.entries(files).map(([path, text]) => [`platform/${path}`, text]));
  const folder = await repositoryOf(t, { ...inner, 'README.md': 'a' });
  await write(folder, { 'README.md': 'b' });
  await rm(join(folder, 'platform', ITEM));
  t.regex((await changed(join(folder, 'platform'))).out, /COMPONENT_ITEM_UNKNOWN[\s\S]*1 document, 1 error/);
});

test('a base that cannot be compared with says why, with exit code 2', async (t) => {
  const plain = await changed(await folderOf(t, files));
  t.is(plain.code, 2);
  t.regex(plain.error, /is not in a git repository/);
  const folder = await repositoryOf(t, files);
  for (const base of ['nope', '--output=x', '']) {
    const { code, error } = await runOffline(['validate', folder, `--changed=${base}`]);
    t.is(code, 2, base);
    t.regex(error, /git knows no commit/);
  }
  git(folder, 'switch', '-q', '--orphan', 'unrelated');
  // With the same content it would, within the same second, be the very commit that main is.
  await write(folder, { ...files, 'README.md': 'unrelated' });
  commit(folder);
  const { code, error } = await changed(folder);
  t.is(code, 2);
  t.regex(error, /no commit in common.*fetch-depth: 0/);
});

test('a version that was not raised as far as the change needs is a warning at its line', async (t) => {
  const folder = await repositoryOf(t, files);
  const at = (version: string, text: string) =>
    write(folder, { [ITEM]: text.replace('version: 1.0.0', `version: ${version}`) });
  const breaking = itemText().replace('default: 1', 'default: 1, validation: { max: 4 }');
  await at('1.1.0', breaking);
  const { code, out } = await changed(folder);
  t.is(code, 0);
  t.regex(
    out,
    /redis\.yaml:7:\d+: warning VERSION_NOT_RAISED .*1\.0\.0 and is 1\.1\.0, but `basic\.size` has a max of 4/,
  );
  t.regex(out, /raise the major version/);
  t.is((await changed(folder, '--strict')).code, 1);
  await at('2.0.0', breaking);
  t.is((await changed(folder, '--strict')).code, 0);
  await at('1.0.0', itemText().replace('project: DBA', 'project: OPS'));
  t.regex((await changed(folder)).out, /VERSION_NOT_RAISED .*it has changed[\s\S]*raise the patch version/);
});
