import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, realpath, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { Snapshot } from '../../core/ports/catalog-source.ts';
import { MAX_FILES } from '../repository/layout.ts';
import { createFolderSource } from './folder-source.ts';

const folderOf = async (t: ExecutionContext, files: Readonly<Record<string, string | Uint8Array>>): Promise<string> => {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'pao-catalog-')));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  return folder;
};

const read = async (t: ExecutionContext, folder: string): Promise<Snapshot> => {
  const result = await createFolderSource(folder).read(null, 'always');
  if (result.ok && result.value !== 'unchanged') return result.value;
  t.fail(JSON.stringify(result));
  return { commit: '', branch: null, files: [], unreadable: [], codeowners: null, forced: false };
};

const reason = async (path: string): Promise<string> => {
  const result = await createFolderSource(path).read(null, 'always');
  return result.ok ? '' : result.error.reason;
};

const paths = ({ files }: Snapshot): readonly string[] => files.map(({ path }) => path);

test('documents are read from catalog and bundles, in the order of their paths', async (t) => {
  const folder = await folderOf(t, {
    'catalog/databases/b.yaml': 'b',
    'catalog/compute/a.yml': 'a',
    'bundles/c.yaml': 'c',
    'README.md': '',
    'catalog/compute/README.md': '',
    'catalog/compute/.hidden.yaml': '',
    'templates/item.yaml': '',
  });
  const snapshot = await read(t, folder);
  t.deepEqual(snapshot.files, [
    { path: 'bundles/c.yaml', text: 'c' },
    { path: 'catalog/compute/a.yml', text: 'a' },
    { path: 'catalog/databases/b.yaml', text: 'b' },
  ]);
  t.deepEqual(snapshot.unreadable, []);
});

test('the commit names the content: another text, another name or one file less is another commit', async (t) => {
  const folder = await folderOf(t, { 'catalog/x/a.yaml': 'a', 'catalog/x/b.yaml': 'b' });
  const commits = new Set([(await read(t, folder)).commit]);
  t.deepEqual((await read(t, folder)).commit, [...commits][0]);
  await writeFile(join(folder, 'catalog/x/a.yaml'), 'A');
  commits.add((await read(t, folder)).commit);
  await rename(join(folder, 'catalog/x/a.yaml'), join(folder, 'catalog/x/c.yaml'));
  commits.add((await read(t, folder)).commit);
  await rm(join(folder, 'catalog/x/c.yaml'));
  commits.add((await read(t, folder)).commit);
  t.is(commits.size, 4);
});

test('links that leave the folder are not followed, those inside are', async (t) => {
  const outside = await folderOf(t, { 'secret.yaml': 'secret', 'x/a.yaml': 'secret' });
  const folder = await folderOf(t, { 'catalog/x/a.yaml': 'a', '..data/inside.yaml': 'inside' });
  await symlink(join(outside, 'secret.yaml'), join(folder, 'catalog/x/stolen.yaml'));
  await symlink(join(outside, 'x'), join(folder, 'catalog/stolen'));
  await symlink('../../..data/inside.yaml', join(folder, 'catalog/x/inside.yaml'));
  await symlink('/nowhere/at/all.yaml', join(folder, 'catalog/x/dangling.yaml'));
  const snapshot = await read(t, folder);
  t.deepEqual(paths(snapshot), ['catalog/x/a.yaml', 'catalog/x/inside.yaml']);
  t.deepEqual(snapshot.unreadable.map(({ path, code }) => `${path} ${code}`).toSorted(), [
    'catalog/x/dangling.yaml FILE_UNREADABLE',
    'catalog/x/stolen.yaml FILE_OUTSIDE',
  ]);
  t.false(JSON.stringify(snapshot).includes('secret"'));
});

test('a catalog folder that is a link out of the repository is refused', async (t) => {
  const outside = await folderOf(t, { 'x/a.yaml': 'a' });
  const folder = await folderOf(t, { 'README.md': '' });
  await symlink(outside, join(folder, 'catalog'));
  t.like(await createFolderSource(folder).read(null, 'always'), { ok: false });
});

test('links in circles end', async (t) => {
  const folder = await folderOf(t, { 'catalog/x/a.yaml': 'a' });
  for (let index = 0; index < 30; index += 1) await symlink('..', join(folder, `catalog/x/loop-${index}`));
  t.deepEqual(paths(await read(t, folder)), ['catalog/x/a.yaml']);
});

test('the folder itself may be a link', async (t) => {
  const folder = await folderOf(t, { 'catalog/x/a.yaml': 'a' });
  await symlink(folder, `${folder}-link`);
  t.teardown(() => rm(`${folder}-link`));
  t.deepEqual(paths(await read(t, `${folder}-link`)), ['catalog/x/a.yaml']);
});

test('a file over 256 KiB is refused without being read whole', async (t) => {
  const folder = await folderOf(t, { 'catalog/x/a.yaml': 'a', 'catalog/x/huge.yaml': '' });
  await truncate(join(folder, 'catalog/x/huge.yaml'), 50 * 1024 ** 3);
  const snapshot = await read(t, folder);
  t.deepEqual(paths(snapshot), ['catalog/x/a.yaml']);
  t.like(snapshot.unreadable[0], { path: 'catalog/x/huge.yaml', code: 'FILE_TOO_LARGE', line: 1, column: 1 });
});

test('a file of exactly 256 KiB is read', async (t) => {
  const folder = await folderOf(t, { 'catalog/x/a.yaml': 'x'.repeat(256 * 1024) });
  t.is((await read(t, folder)).files[0]?.text.length, 256 * 1024);
});

test('bytes that are no UTF-8 are an error at their place', async (t) => {
  const bad = Buffer.concat([Buffer.from('schemaVersion: catalog/v1\nname: é'), Buffer.from([0xff, 0x0a])]);
  const folder = await folderOf(t, { 'catalog/x/bad.yaml': bad, 'catalog/x/cut.yaml': Buffer.from([0x61, 0xc3]) });
  const { unreadable } = await read(t, folder);
  t.like(unreadable[0], { path: 'catalog/x/bad.yaml', code: 'FILE_NOT_UTF8', line: 2, column: 8 });
  t.like(unreadable[1], { path: 'catalog/x/cut.yaml', code: 'FILE_NOT_UTF8', line: 1 });
});

test('a pipe in the place of a document is refused instead of waited for', async (t) => {
  const folder = await folderOf(t, { 'catalog/x/a.yaml': 'a' });
  execFileSync('sh', ['-c', 'mkfifo catalog/x/pipe.yaml'], { cwd: folder });
  t.like((await read(t, folder)).unreadable[0], { path: 'catalog/x/pipe.yaml', code: 'FILE_NOT_REGULAR' });
});

test('a folder that is absent, no folder or no catalog says so', async (t) => {
  const folder = await folderOf(t, { 'file.txt': '' });
  t.is(await reason(join(folder, 'absent')), `${join(folder, 'absent')} does not exist`);
  t.is(await reason(join(folder, 'file.txt')), `${join(folder, 'file.txt')} is not a folder`);
  t.is(await reason(folder), `${folder} holds neither a catalog nor a bundles folder`);
});

test('a folder with too many documents is refused as a whole', async (t) => {
  const folder = await folderOf(t, { 'catalog/x/a.yaml': '' });
  execFileSync('sh', ['-c', `seq 1 ${MAX_FILES} | sed 's/$/.yaml/' | xargs touch`], { cwd: join(folder, 'catalog/x') });
  const result = await createFolderSource(folder).read(null, 'always');
  t.like(result, { ok: false, error: { kind: 'source-unreadable' } });
});

test('files of which the file system tells nothing new are not read again', async (t) => {
  const folder = await folderOf(t, { 'catalog/x/a.yaml': 'a', CODEOWNERS: '* @a' });
  const source = createFolderSource(folder);
  const first = await source.read(null, 'if-changed');
  const commit = first.ok && first.value !== 'unchanged' ? first.value.commit : '';
  const known = { commit, branch: null };
  t.deepEqual(await source.read(known, 'if-changed'), { ok: true, value: 'unchanged' });
  t.like(await source.read(known, 'always'), { ok: true, value: { commit } });
  await writeFile(join(folder, 'catalog/x/a.yaml'), 'b');
  t.notDeepEqual(await source.read(known, 'if-changed'), { ok: true, value: 'unchanged' });
  await writeFile(join(folder, 'catalog/x/a.yaml'), 'a');
  t.deepEqual(await source.read(known, 'if-changed'), { ok: true, value: 'unchanged' });
  await writeFile(join(folder, 'CODEOWNERS'), '* @b');
  t.notDeepEqual(await source.read(known, 'if-changed'), { ok: true, value: 'unchanged' });
});

test('CODEOWNERS is taken from where GitHub looks first', async (t) => {
  const folder = await folderOf(t, { 'catalog/x/a.yaml': 'a', 'docs/CODEOWNERS': 'docs' });
  const owners = async () => (await read(t, folder)).codeowners;
  t.deepEqual(await owners(), { path: 'docs/CODEOWNERS', text: 'docs', root: '' });
  await writeFile(join(folder, 'CODEOWNERS'), 'root');
  t.deepEqual(await owners(), { path: 'CODEOWNERS', text: 'root', root: '' });
  await mkdir(join(folder, '.github'));
  await writeFile(join(folder, '.github/CODEOWNERS'), 'github');
  t.deepEqual(await owners(), { path: '.github/CODEOWNERS', text: 'github', root: '' });
});

test('a CODEOWNERS that cannot be read leaves a catalog without owners', async (t) => {
  const folder = await folderOf(t, { 'catalog/x/a.yaml': 'a', CODEOWNERS: Buffer.from([0xff]) });
  for (const size of [1, 4 * 1024 ** 2]) {
    await truncate(join(folder, 'CODEOWNERS'), size);
    const { codeowners, unreadable } = await read(t, folder);
    t.is(codeowners, null);
    t.like(unreadable, [{ path: 'CODEOWNERS', severity: 'warning', code: 'CODEOWNERS_IGNORED' }]);
  }
});
