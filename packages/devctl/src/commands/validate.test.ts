import { execFileSync } from 'node:child_process';
import { chmod, mkdir, readFile, symlink, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { bundleText, folderOf, itemText, runOffline, write, wrongText } from '../catalog-files/catalog.fixture.ts';

const ITEM = 'catalog/databases/redis.yaml';
const BUNDLE = 'bundles/cache.yaml';
const right = { [ITEM]: itemText(), [BUNDLE]: bundleText() };

test('a catalog without findings is valid, and the exit code is 0', async (t) => {
  const { code, out } = await runOffline(['validate', await folderOf(t, right)]);
  t.is(code, 0, out);
  t.is(out, '2 documents, 0 errors, 0 warnings');
});

test('errors are shown with their line, and the exit code is 1', async (t) => {
  const folder = await folderOf(t, { ...right, [ITEM]: wrongText() });
  const { code, out, error } = await runOffline(['validate', folder]);
  t.is(code, 1);
  t.regex(out, /redis\.yaml:17:\d+: error FIELD_TYPE_UNKNOWN/);
  t.regex(out, /COMPONENT_ITEM_INVALID/);
  t.is(error, '');
});

test('warnings fail only with --strict', async (t) => {
  const folder = await folderOf(t, { [ITEM]: itemText('redis') });
  t.is((await runOffline(['validate', folder])).code, 0);
  const { code, out } = await runOffline(['validate', '--strict', folder]);
  t.is(code, 1);
  t.regex(out, /warning ID_SEGMENTS[\s\S]*1 document, 0 errors, 1 warning/);
});

test('a single file is judged among the documents of its catalog, and only what concerns it is said', async (t) => {
  const other = 'catalog/databases/other.yaml';
  const folder = await folderOf(t, { ...right, [other]: wrongText('database-other-small') });
  const bundle = await runOffline(['validate', join(folder, BUNDLE)]);
  t.is(bundle.out, '1 document, 0 errors, 0 warnings');
  await write(folder, { [BUNDLE]: bundleText('database-redis-large') });
  const broken = await runOffline(['validate', join(folder, BUNDLE)]);
  t.regex(broken.out, /COMPONENT_ITEM_UNKNOWN/);
  t.false(broken.out.includes('other.yaml'));
});

test('a folder of the catalog limits what is said, and the checks still know the folder a file is in', async (t) => {
  const folder = await folderOf(t, { ...right, 'catalog/compute/misplaced.yaml': itemText('database-two-small') });
  t.is((await runOffline(['validate', join(folder, 'catalog/databases')])).code, 0);
  const { code, out } = await runOffline(['validate', join(folder, 'catalog/compute')]);
  t.is(code, 1);
  t.regex(out, /CATEGORY_NOT_FOLDER/);
});

test('a file that belongs to no catalog is judged alone', async (t) => {
  const folder = await folderOf(t, { 'item.yaml': itemText(), 'broken.yaml': 'a: [' });
  t.is((await runOffline(['validate', join(folder, 'item.yaml')])).out, '1 document, 0 errors, 0 warnings');
  t.regex((await runOffline(['validate', folder])).out, /2 documents, 1 error,/);
});

test('a template beside the catalog is judged when it is named', async (t) => {
  const folder = await folderOf(t, { ...right, 'templates/item.yaml': wrongText('database-new-small') });
  t.is((await runOffline(['validate', folder])).code, 0);
  t.regex((await runOffline(['validate', join(folder, 'templates')])).out, /templates\/item\.yaml:17.*FIELD_TYPE/);
  t.is((await runOffline(['validate', join(folder, 'templates/item.yaml')])).code, 1);
});

test('a document without an owner is fine when CODEOWNERS covers it', async (t) => {
  const files = { [ITEM]: itemText(undefined, '') };
  t.regex((await runOffline(['validate', await folderOf(t, files)])).out, /OWNER_MISSING/);
  const owned = await folderOf(t, { ...files, '.github/CODEOWNERS': '/catalog/databases/ @example/dba\n' });
  t.is((await runOffline(['validate', owned])).out, '1 document, 0 errors, 0 warnings');
  const elsewhere = await folderOf(t, { ...files, '.github/CODEOWNERS': '/catalog/compute/ @example/compute\n' });
  t.regex((await runOffline(['validate', elsewhere])).out, /OWNER_MISSING/);
});

test('reports for programs are whole documents, by --format and by --output', async (t) => {
  const folder = await folderOf(t, { [ITEM]: wrongText() });
  const json = await runOffline(['validate', folder, '--format', 'json']);
  t.like(JSON.parse(json.out), { valid: false, summary: { documents: 1, errors: 1, warnings: 0 } });
  t.is((await runOffline(['validate', folder, '--output', 'json'])).out, json.out);
  const sarif = await runOffline(['--output', 'sarif', 'validate', folder]);
  t.like(JSON.parse(sarif.out), { version: '2.1.0' });
  t.is(sarif.code, 1);
  const github = await runOffline(['validate', folder, '--output', 'github']);
  t.regex(github.out, /^::error file=.*redis\.yaml,line=17,col=/);
});

test('--output-file takes the report, and the terminal the sum', async (t) => {
  const folder = await folderOf(t, { [ITEM]: wrongText() });
  const file = join(folder, 'report.sarif');
  const { code, out } = await runOffline(['validate', folder, '--format', 'sarif', '--output-file', file]);
  t.is(code, 1);
  t.is(out, '1 document, 1 error, 0 warnings');
  t.like(JSON.parse(await readFile(file, 'utf8')), { version: '2.1.0' });
  const nowhere = await runOffline(['validate', folder, '--output-file', join(folder, 'no/such/file')]);
  t.is(nowhere.code, 2);
  t.regex(nowhere.error, /cannot write/);
});

test.serial(
  'this folder is the default, and paths are shown from it, or from the checkout in GitHub Actions',
  async (t) => {
    const folder = await folderOf(t, { [`platform/${ITEM}`]: wrongText() });
    const before = process.cwd();
    process.chdir(join(folder, 'platform'));
    try {
      t.regex((await runOffline(['validate'])).out, /^catalog\/databases\/redis\.yaml\n/);
      const workspace = { GITHUB_WORKSPACE: folder };
      const { out } = await runOffline(['validate', '--format', 'github'], workspace);
      t.regex(out, /^::error file=platform\/catalog\/databases\/redis\.yaml,/);
      await mkdir(join(folder, 'empty'));
      process.chdir(join(folder, 'empty'));
      const empty = await runOffline(['validate']);
      t.is(empty.code, 2);
      t.regex(empty.error, /no documents found in this folder/);
    } finally {
      process.chdir(before);
    }
  },
);

test('what cannot be judged says why, with exit code 2', async (t) => {
  const folder = await folderOf(t, { 'catalog/README.md': '' });
  for (const [path, reason] of [
    [folder, /no documents found/],
    [join(folder, 'absent'), /absent does not exist/],
    [join(folder, 'catalog/README.md/x.yaml'), /cannot be read \(ENOTDIR\)/],
  ] as const) {
    const { code, error } = await runOffline(['validate', path]);
    t.is(code, 2, error);
    t.regex(error, reason);
  }
  t.is((await runOffline(['validate', folder, '--format', 'xml'])).code, 2);
});

test('hostile files are findings, and the rest is judged', async (t) => {
  const outside = await folderOf(t, { 'secret.yaml': 'token: very-secret' });
  const folder = await folderOf(t, {
    ...right,
    'catalog/databases/binary.yaml': Buffer.from([0x61, 0x0a, 0x62, 0xff, 0x00]),
    'catalog/databases/nul.yaml': 'kind: "a\u0000b"',
    'catalog/databases/huge.yaml': '',
    'catalog/databases/empty.yaml': '',
  });
  await truncate(join(folder, 'catalog/databases/huge.yaml'), 50 * 1024 ** 3);
  await symlink(join(outside, 'secret.yaml'), join(folder, 'catalog/databases/stolen.yaml'));
  await symlink('/nowhere', join(folder, 'catalog/databases/dangling.yaml'));
  await symlink('..', join(folder, 'catalog/databases/circle'));
  execFileSync('sh', ['-c', 'mkfifo catalog/databases/pipe.yaml'], { cwd: folder });
  const { code, out } = await runOffline(['validate', folder, '--format', 'json']);
  t.is(code, 1);
  const { findings } = JSON.parse(out) as { findings: { path: string; code: string; line: number; column: number }[] };
  t.deepEqual(findings.map((one) => `${one.path.split('/').at(-1)}:${one.line}:${one.column} ${one.code}`).toSorted(), [
    'binary.yaml:2:2 FILE_NOT_UTF8',
    'dangling.yaml:1:1 FILE_UNREADABLE',
    'empty.yaml:1:1 FILE_EMPTY',
    'huge.yaml:1:1 FILE_TOO_LARGE',
    'nul.yaml:1:9 FILE_CONTROL_CHARACTER',
    'pipe.yaml:1:1 FILE_NOT_REGULAR',
    'stolen.yaml:1:1 FILE_OUTSIDE',
  ]);
  const named = await runOffline(['validate', join(folder, 'catalog/databases/stolen.yaml')]);
  t.regex(named.out, /FILE_OUTSIDE/);
  t.false(`${out}${named.out}`.includes('very-secret'));
});

const unprivileged = process.getuid?.() === 0 ? test.skip : test;
unprivileged('a file that may not be read is a finding', async (t) => {
  const folder = await folderOf(t, right);
  await chmod(join(folder, ITEM), 0);
  const { code, out } = await runOffline(['validate', folder]);
  t.is(code, 1);
  t.regex(out, /FILE_UNREADABLE The file cannot be read \(EACCES\)/);
});
