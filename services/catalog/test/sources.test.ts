import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { operations } from '@pao/contracts';
import { openDatabase } from '@pao/postgres';
import { createLogger } from '@pao/runtime';
import { startFakeGithub } from '@pao/testkit';
import test, { type ExecutionContext } from 'ava';
import type { SourceConfig } from '../src/source-settings.ts';
import { createTestRepository, temporaryFolder } from './git-repository.ts';
import { createWorld } from './running-service.ts';

const POSTGRESQL = 'catalog/databases/postgresql-standard.yaml';
const EKS = 'catalog/compute/eks-application.yaml';
const TOKEN = 'ghp_canary0123456789abcdef';

interface Category {
  readonly id: string;
  readonly documents: number;
  readonly owners: readonly string[];
}

const setUp = async (t: ExecutionContext) => {
  const world = await createWorld(t);
  const textOf = (path: string): Promise<string> => readFile(join(world.folder, path), 'utf8');
  const unowned = async (path: string): Promise<string> => (await textOf(path)).replace(/^ {2}owner: .*\n/m, '');
  const lines: string[] = [];
  const destination = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      lines.push(chunk.toString());
      done();
    },
  });
  const logger = createLogger({ service: 'catalog', level: 'trace', destination });
  const database = openDatabase({
    url: world.config.databaseUrl,
    schema: world.config.schema,
    applicationName: 'sources-test',
  });
  t.teardown(() => database.close());
  /** Changes whenever anything at all was written. */
  const written = async (): Promise<unknown> =>
    database.query({
      text: `SELECT (SELECT json_agg(xmin::text) FROM sync) AS sync, (SELECT json_agg(xmin::text) FROM documents) AS documents,
        (SELECT count(*) FROM outbox) AS outbox, (SELECT max(xmin::text::bigint) FROM findings) AS findings`,
    });
  return { ...world, textOf, unowned, logger, lines, written };
};

const onGithub = async (t: ExecutionContext, token?: string) => {
  const github = await startFakeGithub(token === undefined ? {} : { token });
  t.teardown(() => github.close());
  const source: SourceConfig = {
    kind: 'github',
    owner: 'octo',
    repository: 'catalog',
    apiUrl: github.apiUrl,
    root: '',
    ...(token !== undefined && { token }),
  };
  return { github, source };
};

test('a catalog on GitHub is offered, its commits are told what became of them, and the token is in no log', async (t) => {
  const { start, unowned, textOf, logger, lines, written } = await setUp(t);
  const { github, source } = await onGithub(t, TOKEN);
  const files = {
    [POSTGRESQL]: await unowned(POSTGRESQL),
    [EKS]: await textOf(EKS),
    CODEOWNERS: '* @octo/everyone\n/catalog/databases/ @octo/data @lead',
  };
  const first = github.repository.commit(files);
  const { list, sync, refresh, get } = await start({ source }, logger);
  t.deepEqual(
    (await list()).body.data.map(({ id, owner }) => [id, owner?.team]),
    [
      ['compute-eks-application', 'platform-compute'],
      ['database-postgresql-standard', 'data'],
    ],
  );
  const { body } = await get('/catalog/categories');
  t.deepEqual<unknown, unknown>(body.data, [
    { id: 'compute', documents: 1, owners: ['everyone'] },
    { id: 'databases', documents: 1, owners: ['data', '@lead'] },
  ] satisfies readonly Category[]);
  operations.listCatalogCategories.data.parse(body.data);
  t.like(await sync(), { state: 'succeeded', branch: 'main', commit: first, forcePushed: null });

  const before = await written();
  await refresh();
  t.deepEqual(await written(), before);

  const broken = github.repository.commit({ ...files, [EKS]: 'kind: [' });
  await refresh();
  t.is((await list()).body.data.length, 2);
  t.deepEqual(
    github.statuses.map(({ sha, state }) => [sha, state]),
    [
      [first, 'success'],
      [broken, 'failure'],
    ],
  );
  github.repository.commit({ ...files, CODEOWNERS: '* @octo/everyone' });
  github.spoil('repos/create-commit-status', () => ({ status: 403, body: { message: `no ${TOKEN}` } }));
  t.like((await refresh()).body.data, { state: 'succeeded', documents: 2, failure: null });
  t.true(lines.join('').includes('the commit status could not be written'));
  t.false(lines.join('').includes(TOKEN));
  t.deepEqual(github.violations, []);
});

test('when only CODEOWNERS changes every replica shows the new owner, and no version was added', async (t) => {
  const { start, unowned } = await setUp(t);
  const { github, source } = await onGithub(t);
  const files = { [POSTGRESQL]: await unowned(POSTGRESQL) };
  github.repository.commit(files);
  const [one, other] = await Promise.all([start({ source }), start({ source })]);
  t.is((await other.list()).body.data[0]?.owner, null);
  const tag = (await other.get('/catalog/database-postgresql-standard')).headers.get('etag') ?? '';
  github.repository.commit({ ...files, '.github/CODEOWNERS': '*.yaml dba@example.com' });
  await one.refresh();
  t.deepEqual(
    (await other.list('?owner=dba@example.com')).body.data.map(({ owner }) => owner),
    [{ team: 'dba@example.com' }],
  );
  t.is((await other.get('/catalog/database-postgresql-standard', { 'if-none-match': tag })).status, 200);
  const { body } = await other.get('/catalog/database-postgresql-standard/versions');
  t.is((body.data as unknown as readonly unknown[]).length, 1);
  t.is(github.statuses.length, 0);
});

test('a failure in the middle of a tree leaves the last good catalog, and a force push is told', async (t) => {
  const { start, textOf, written } = await setUp(t);
  const { github, source } = await onGithub(t);
  const files = { [POSTGRESQL]: await textOf(POSTGRESQL), [EKS]: await textOf(EKS) };
  const first = github.repository.commit(files);
  const { list, refresh } = await start({ source });
  const replaced = github.repository.commit({ [EKS]: files[EKS] ?? '', 'catalog/x/y.yaml': 'x' }, { parents: [] });
  github.spoil('git/get-blob', () => ({ status: 500 }), 2);
  t.like((await refresh()).body.data, { state: 'failed', commit: first, documents: 2 });
  const before = await written();
  t.like((await refresh()).body.data, { state: 'failed' });
  t.deepEqual(await written(), before);
  t.is((await list()).body.data.length, 2);
  t.like((await refresh()).body.data, { state: 'succeeded', commit: replaced, forcePushed: { commit: replaced } });
  t.is((await list()).body.data.length, 1);
});

test('a catalog in a git repository is offered, and read again when it is asked for', async (t) => {
  const { start, textOf } = await setUp(t);
  const { url, commit, git } = await createTestRepository(t);
  const text = await textOf(POSTGRESQL);
  await commit({ [`team/${POSTGRESQL}`]: text });
  const cacheDirectory = join(await temporaryFolder(t), 'cache');
  const { list, refresh, sync } = await start({ source: { kind: 'git', url, cacheDirectory, root: 'team' } });
  t.is((await list()).body.data[0]?.version, '1.0.0');
  t.like(await sync(), { source: `${url} (team)`, branch: 'main', commit: await git('rev-parse', 'HEAD') });
  await commit({ [`team/${POSTGRESQL}`]: text.replace('version: 1.0.0', 'version: 1.1.0') });
  await refresh();
  t.is((await list()).body.data[0]?.version, '1.1.0');
});
