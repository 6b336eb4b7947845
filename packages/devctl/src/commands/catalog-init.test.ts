import { access, mkdir, readdir, readFile, stat, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { folderOf, git, runOffline } from '../catalog-files/catalog.fixture.ts';
import { withOwners } from '../catalog-files/starter.ts';

test('a new catalog is complete and valid, and says what to do next', async (t) => {
  const folder = join(await folderOf(t), 'platform-catalog');
  const { code, out } = await runOffline(['catalog', 'init', folder, '--organisation', 'acme', '--team', 'platform']);
  t.is(code, 0);
  t.regex(out, /files of the starter catalog written[\s\S]*Next:[\s\S]*devctl validate/);
  const owners = await readFile(join(folder, '.github/CODEOWNERS'), 'utf8');
  t.true(owners.includes('@acme/platform'));
  t.false(owners.includes('@example/'));
  t.not((await stat(join(folder, 'scripts/validate-all.sh'))).mode & 0o100, 0);
  t.is((await runOffline(['validate', '--strict', folder])).code, 0);
});

test('without options the owners stay to be filled in', async (t) => {
  const folder = await folderOf(t);
  git(folder, 'init', '-q');
  const { code, out } = await runOffline(['catalog', 'init', folder]);
  t.is(code, 0);
  t.regex(out, /put your teams into \.github\/CODEOWNERS/);
  t.true((await readFile(join(folder, '.github/CODEOWNERS'), 'utf8')).includes('@example/platform-databases'));
});

test('a folder that holds something is refused, and with --force keeps what it holds', async (t) => {
  const folder = await folderOf(t, { 'README.md': 'mine' });
  const refused = await runOffline(['catalog', 'init', folder]);
  t.is(refused.code, 2);
  t.regex(refused.error, /is not empty/);
  t.deepEqual(await readdir(folder), ['README.md']);
  const forced = await runOffline(['--output', 'json', 'catalog', 'init', folder, '--force']);
  t.is(forced.code, 0);
  const said = JSON.parse(forced.out) as { written: string[]; kept: string[]; unchanged: string[] };
  t.deepEqual(said.kept, ['README.md']);
  t.true(said.written.includes('.github/CODEOWNERS'));
  t.is(await readFile(join(folder, 'README.md'), 'utf8'), 'mine');
  const again = await runOffline(['catalog', 'init', folder, '--force']);
  t.regex(again.out, /^0 files[\s\S]*Kept[\s\S]*README\.md/);
});

test('nothing is written through links that lead out', async (t) => {
  const outside = await folderOf(t);
  const folder = await folderOf(t);
  await symlink(outside, join(folder, 'catalog'));
  await symlink(join(outside, 'stolen'), join(folder, 'README.md'));
  const { code, error } = await runOffline(['catalog', 'init', folder, '--force']);
  t.is(code, 2);
  t.regex(error, /catalog\/compute leads out of the folder/);
  t.deepEqual(await readdir(outside), []);
  await t.throwsAsync(access(join(outside, 'stolen')));
});

test('names that GitHub would not know, and places that cannot be written to, are refused', async (t) => {
  const folder = await folderOf(t, { file: '' });
  for (const args of [
    ['--organisation', '@acme'],
    ['--team', 'a b'],
    ['--team', 'a\n* @evil/team'],
  ]) {
    const { code, error } = await runOffline(['catalog', 'init', join(folder, 'new'), ...args]);
    t.is(code, 2);
    t.regex(error, /as it stands in GitHub's addresses/);
  }
  const { code, error } = await runOffline(['catalog', 'init', join(folder, 'file')]);
  t.is(code, 2);
  t.regex(error, /cannot write to .* \(EEXIST\)/);
  await mkdir(join(folder, 'empty'));
  t.is((await runOffline(['catalog', 'init', join(folder, 'empty')])).code, 0);
});

test('owners are filled in line by line: comments stay, and nobody is named twice', (t) => {
  const text = '# @example/x\n* @example/a\n\n/b/  @example/b @example/c me@example.test @user\n';
  t.is(withOwners(text, { organisation: 'o' }), '# @example/x\n* @o/a\n\n/b/  @o/b @o/c me@example.test @user\n');
  t.is(withOwners(text, { organisation: 'o', team: 't' }), '# @example/x\n* @o/t\n\n/b/  @o/t me@example.test @user\n');
  t.is(withOwners(text, {}), text);
});
