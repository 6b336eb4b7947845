import type { ExecutionContext, TestFn } from 'ava';
import type { CatalogSource, KnownCommit, Snapshot } from '../src/core/ports/catalog-source.ts';

/** Text, bytes, or a link to another path. */
export type TestFile = string | Uint8Array | { readonly link: string };
export type TestFiles = Readonly<Record<string, TestFile>>;

export interface SourceUnderTest {
  readonly source: CatalogSource;
  /** Makes the repository hold exactly these files, as the next commit. */
  readonly commit: (files: TestFiles) => Promise<void>;
  /** The same as a commit that does not continue the one before; absent where there is no history. */
  readonly forcePush?: (files: TestFiles) => Promise<void>;
  /** From now on, the source can't be read. */
  readonly breakIt: () => Promise<void>;
}

/** The snapshot of a reading that must succeed and bring one. */
export const snapshotFrom = async (
  t: ExecutionContext,
  source: CatalogSource,
  known: KnownCommit | null = null,
): Promise<Snapshot> => {
  const read = await source.read(known, 'if-changed');
  if (read.ok && read.value !== 'unchanged') return read.value;
  t.fail(JSON.stringify(read));
  throw new Error('see the failed assertion');
};

const FILES: TestFiles = {
  'catalog/databases/b.yaml': 'b: größe\n',
  'catalog/databases/a.yml': 'a\r\n',
  'catalog/compute/deep/er/c.yaml': '',
  'catalog/compute/deep/er/too/deep.yaml': 'x',
  'bundles/d.yaml': '\ufeffd',
  'catalog/README.md': '# no document',
  'catalog/databases/.hidden.yaml': 'x',
  'templates/item.yaml': 'x',
  'other/CODEOWNERS': '* @nobody',
  'docs/CODEOWNERS': '* @docs',
  CODEOWNERS: '* @org/team # größe',
};

const paths = ({ files }: Snapshot): readonly string[] => files.map(({ path }) => path);

/** What every CatalogSource must do: whatever the place, the same files give the same snapshot. */
export const catalogSourceContract = (
  test: TestFn,
  create: (t: ExecutionContext) => Promise<SourceUnderTest>,
): void => {
  test('the same files give the same snapshot', async (t) => {
    const { source, commit } = await create(t);
    await commit(FILES);
    const { commit: name, branch: _branch, ...snapshot } = await snapshotFrom(t, source);
    t.regex(name, /^[0-9a-f]{40,64}$/);
    t.deepEqual(snapshot, {
      files: [
        { path: 'bundles/d.yaml', text: '\ufeffd' },
        { path: 'catalog/compute/deep/er/c.yaml', text: '' },
        { path: 'catalog/databases/a.yml', text: 'a\r\n' },
        { path: 'catalog/databases/b.yaml', text: 'b: größe\n' },
      ],
      unreadable: [],
      codeowners: { path: 'CODEOWNERS', text: '* @org/team # größe', root: '' },
      forced: false,
    });
  });

  test('what is known already is not read again, unless that is asked for', async (t) => {
    const { source, commit } = await create(t);
    await commit(FILES);
    const first = await snapshotFrom(t, source);
    t.deepEqual(await source.read(first, 'if-changed'), { ok: true, value: 'unchanged' });
    t.deepEqual(await source.read(first, 'always'), { ok: true, value: first });
  });

  test('changed, moved and removed files are another commit', async (t) => {
    const { source, commit } = await create(t);
    await commit({ 'catalog/x/a.yaml': '1', 'catalog/x/b.yaml': '1', 'catalog/x/c.yaml': '1' });
    const first = await snapshotFrom(t, source);
    await commit({ 'catalog/x/a.yaml': '2', 'catalog/y/b.yaml': '1' });
    const second = await snapshotFrom(t, source, first);
    t.not(second.commit, first.commit);
    t.deepEqual(second.files, [
      { path: 'catalog/x/a.yaml', text: '2' },
      { path: 'catalog/y/b.yaml', text: '1' },
    ]);
    t.false(second.forced);
  });

  test('another CODEOWNERS alone is another commit', async (t) => {
    const { source, commit } = await create(t);
    const files = { 'catalog/x/a.yaml': '1' };
    await commit({ ...files, CODEOWNERS: '* @a' });
    const first = await snapshotFrom(t, source);
    await commit({ ...files, CODEOWNERS: '* @a', '.github/CODEOWNERS': '* @b' });
    const second = await snapshotFrom(t, source, first);
    t.deepEqual(second.codeowners, { path: '.github/CODEOWNERS', text: '* @b', root: '' });
    await commit(files);
    t.is((await snapshotFrom(t, source, second)).codeowners, null);
  });

  test('files that are no text, too large or links out of the repository are refused by name', async (t) => {
    const { source, commit } = await create(t);
    await commit({
      'catalog/x/bytes.yaml': Uint8Array.from([0x61, 0x0a, 0x62, 0xff]),
      'catalog/x/fits.yaml': 'x'.repeat(256 * 1024),
      'catalog/x/large.yaml': 'x'.repeat(256 * 1024 + 1),
      'catalog/x/link.yaml': { link: '/etc/passwd' },
      CODEOWNERS: Uint8Array.from([0xff]),
    });
    const snapshot = await snapshotFrom(t, source);
    t.deepEqual(paths(snapshot), ['catalog/x/fits.yaml']);
    const refused = snapshot.unreadable.map(
      ({ path, severity, line, column }) => `${path} ${severity} ${line}:${column}`,
    );
    t.deepEqual(refused.toSorted(), [
      'CODEOWNERS warning 1:1',
      'catalog/x/bytes.yaml error 2:2',
      'catalog/x/large.yaml error 1:1',
      'catalog/x/link.yaml error 1:1',
    ]);
    t.false(JSON.stringify(snapshot).includes('root:'));
  });

  test('a repository without a catalog, and one whose catalog is a link, are no empty catalog', async (t) => {
    const { source, commit } = await create(t);
    await commit({ 'README.md': 'x' });
    t.like(await source.read(null, 'if-changed'), { ok: false, error: { kind: 'source-unreadable' } });
    await commit({ 'README.md': 'x', catalog: { link: '/etc' } });
    t.like(await source.read(null, 'if-changed'), { ok: false, error: { kind: 'source-unreadable' } });
  });

  test('a source that cannot be read says why, and is itself again afterwards', async (t) => {
    const { source, commit, breakIt } = await create(t);
    await commit(FILES);
    const first = await snapshotFrom(t, source);
    await breakIt();
    const broken = await source.read(first, 'if-changed');
    t.false(broken.ok);
    t.true(!broken.ok && broken.error.reason.length > 10 && broken.error.reason.length < 500);
    await commit({ 'catalog/x/a.yaml': '1' });
    t.deepEqual(paths(await snapshotFrom(t, source, first)), ['catalog/x/a.yaml']);
  });

  test('a history that was replaced is told, and one that goes on is not', async (t) => {
    const { source, commit, forcePush } = await create(t);
    await commit(FILES);
    const first = await snapshotFrom(t, source);
    t.false(first.forced);
    if (!forcePush) return;
    await forcePush({ 'catalog/x/a.yaml': 'replaced' });
    const second = await snapshotFrom(t, source, first);
    t.true(second.forced);
    t.deepEqual(paths(second), ['catalog/x/a.yaml']);
    await commit({ 'catalog/x/a.yaml': 'continued' });
    t.false((await snapshotFrom(t, source, second)).forced);
    t.false((await snapshotFrom(t, source, { ...first, branch: 'another' })).forced);
  });

  test('many files are read whole', async (t) => {
    const { source, commit } = await create(t);
    const names = Array.from({ length: 300 }, (_, index) => `catalog/x/${String(index).padStart(3, '0')}.yaml`);
    await commit(Object.fromEntries(names.map((name, index) => [name, `document ${index}`])));
    const { files } = await snapshotFrom(t, source);
    t.deepEqual(
      files,
      names.map((path, index) => ({ path, text: `document ${index}` })),
    );
  });
};
