import { once } from 'node:events';
import { mkdtemp, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseDocument, parseYaml } from '@pao/documents';
import test, { type ExecutionContext } from 'ava';
import { buildProgram } from '../program.ts';

const fixture = (name: string): string => fileURLToPath(new URL(`../import/fixtures/${name}`, import.meta.url));

const folder = async (t: ExecutionContext): Promise<string> => {
  const path = await mkdtemp(join(tmpdir(), 'devctl-import-'));
  t.teardown(() => rm(path, { recursive: true, force: true }));
  return path;
};

interface Run {
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

const run = async (args: readonly string[], environment: Record<string, string> = {}, input = ''): Promise<Run> => {
  const out: string[] = [];
  const error: string[] = [];
  const program = buildProgram({
    out: (line) => void out.push(line),
    error: (line) => void error.push(line),
    environment,
    readStandardInput: async () => input,
    colour: false,
    signal: new AbortController().signal,
  });
  const code = await program.run(args);
  return { code, out: out.join('\n'), error: error.join('\n') };
};

const importing = (...args: readonly string[]): Promise<Run> => run(['catalog', 'import', ...args]);

test('a document is written into the folder of its category, with a report of what was left out', async (t) => {
  const out = await folder(t);
  const options = [
    '--project',
    'WEB',
    '--category',
    'websites',
    '--id',
    'website-react-standard',
    '--team',
    'web',
    '--out',
    out,
  ];
  const { code, out: said } = await importing('backstage', fixture('backstage-react-app.yaml'), ...options);
  t.is(code, 1);
  t.regex(said, /Wrote .*website-react-standard\.yaml/);
  t.regex(said, /left out +spec\.steps\[0\] +fetch:template/);
  const path = 'catalog/websites/website-react-standard.yaml';
  const text = await readFile(join(out, path), 'utf8');
  t.true(text.startsWith('# Imported from the Backstage template create-react-app-template'));
  t.like(parseDocument(text, { path }), { id: 'website-react-standard' });
  t.like(parseYaml(text), { ok: true, value: { metadata: { owner: { team: 'web' } } } });
});

test('a source that is carried as a whole ends with 0', async (t) => {
  const out = await folder(t);
  const { code, out: said } = await importing(
    'jira',
    fixture('jira-createmeta-projects.json'),
    '--issue-type',
    'Access request',
    '--out',
    out,
  );
  t.is(code, 0);
  t.true(said.includes('everything was carried over'));
  t.true(
    (await readFile(join(out, 'catalog/imported/imported-ops-access-request.yaml'), 'utf8')).includes('project: OPS'),
  );
});

test('a document that is there already is not written over without --force', async (t) => {
  const out = await folder(t);
  const again = (...more: readonly string[]) =>
    importing('terraform', fixture('queue.tf.json'), '--source', './queue', '--project', 'OPS', '--out', out, ...more);
  t.is((await again()).code, 0);
  const path = join(out, 'catalog/imported/imported-queue-standard.yaml');
  await writeFile(path, 'mine');
  const refused = await again();
  t.is(refused.code, 2);
  t.regex(refused.error, /is there already; --force/);
  t.is(await readFile(path, 'utf8'), 'mine');
  t.is((await again('--force')).code, 0);
  t.not(await readFile(path, 'utf8'), 'mine');
});

test('a dry run prints the document alone, and writes nothing', async (t) => {
  const out = await folder(t);
  const args = ['json-schema', fixture('cluster.schema.json'), '--project', 'OPS', '--dry-run', '--out', out];
  const { code, out: said, error } = await importing(...args);
  t.is(code, 1);
  t.deepEqual(parseDocument(said, { path: 'catalog/imported/x.yaml' }).id, 'imported-cluster-standard');
  t.regex(error, /9 left out/);
  await t.throwsAsync(readFile(join(out, 'catalog/imported/imported-cluster-standard.yaml')), { code: 'ENOENT' });
});

test('the JSON form holds documents and remarks, and both templates of a file', async (t) => {
  const args = ['catalog', 'import', 'backstage', fixture('backstage-calls.yaml'), '--project', 'OPS', '--dry-run'];
  const { code, out } = await run(['--output', 'json', ...args]);
  t.is(code, 1);
  const { documents } = JSON.parse(out) as { documents: { id: string; written: boolean; remarks: unknown[] }[] };
  t.deepEqual(
    documents.map(({ id, written }) => [id, written]),
    [
      ['imported-sonarqube-project', false],
      ['imported-add-namespace', false],
    ],
  );
  t.like(documents[1]?.remarks[0], { kind: 'changed', path: 'spec.type', what: 'resource is a tag' });
});

test('what is missing or wrong on the command line is said, with exit code 2', async (t) => {
  const schema = fixture('cluster.schema.json');
  const cases: readonly (readonly [readonly string[], RegExp])[] = [
    [['json-schema', schema], /--project/],
    [['json-schema', schema, '--project', 'lower'], /Jira project key/],
    [['json-schema', schema, '--project', 'AB', '--category', '../x'], /--category is kebab-case/],
    [['json-schema', schema, '--project', 'AB', '--id', 'A/../B'], /--id is kebab-case/],
    [['json-schema', '/nowhere.json', '--project', 'AB'], /\/nowhere\.json cannot be read/],
    [['json-schema', tmpdir(), '--project', 'AB'], /is not a file/],
    [['terraform', fixture('rds'), '--project', 'AB'], /--source/],
    [['terraform', fixture('nowhere'), '--source', 'x', '--project', 'AB'], /cannot be read/],
    [['backstage', fixture('backstage-calls.yaml'), '--project', 'AB', '--id', 'a-b-c'], /2 templates/],
    [['backstage', fixture('cluster.schema.json'), '--project', 'AB'], /no template/],
    [['jira', '--project', 'AB'], /either a saved answer/],
    [['jira', '--site', 'http://x.test', '--project', 'AB', '--issue-type', 'Task'], /https/],
    [['jira', '--site', 'https://x.test', '--project', 'AB', '--issue-type', 'Task'], /JIRA_EMAIL/],
  ];
  for (const [args, message] of cases) {
    const { code, error } = await importing(...args);
    t.is(code, 2, args.join(' '));
    t.regex(error, message);
  }
});

test('a file of 50 MB is refused by its size, one that is not text by its bytes', async (t) => {
  const path = join(await folder(t), 'large.yaml');
  await writeFile(path, '');
  await truncate(path, 50 * 1024 * 1024);
  for (const source of ['backstage', 'jira', 'json-schema']) {
    const { code, error } = await importing(source, path, '--project', 'AB');
    t.is(code, 2);
    t.regex(error, /larger than 8 MiB/);
  }
  await writeFile(path, Buffer.from([0xff, 0xfe, 0x00]));
  t.regex((await importing('json-schema', path, '--project', 'AB')).error, /is not UTF-8/);
});

test('a folder of the catalog that is a link to elsewhere is not followed', async (t) => {
  const [out, elsewhere] = [await folder(t), await folder(t)];
  await symlink(elsewhere, join(out, 'catalog'));
  const { code, error } = await importing(
    'terraform',
    fixture('queue.tf.json'),
    '--source',
    'q',
    '--project',
    'AB',
    '--out',
    out,
  );
  t.is(code, 2);
  t.regex(error, /leads out of/);
});

interface Jira {
  readonly url: string;
  readonly calls: { readonly path: string; readonly authorization: string | undefined }[];
}

const jira = async (t: ExecutionContext, status = 200): Promise<Jira> => {
  const fields = JSON.parse(await readFile(fixture('jira-createmeta-fields.json'), 'utf8')) as { fields: unknown[] };
  const calls: Jira['calls'] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://x');
    calls.push({ path: url.pathname, authorization: request.headers.authorization });
    const start = Number(url.searchParams.get('startAt'));
    const types = { issueTypes: [{ id: '10001', name: 'Database request' }], total: 1 };
    // A page of ten, whatever was asked for, as Jira reserves for itself.
    const page = { fields: fields.fields.slice(start, start + 10), total: fields.fields.length };
    response.writeHead(status, { 'content-type': 'application/json', location: 'http://evil.test/' });
    response.end(JSON.stringify(url.pathname.endsWith('/issuetypes') ? types : page));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, calls };
};

const CREDENTIALS = { JIRA_EMAIL: 'dev@example.com', JIRA_TOKEN: 'very-secret-token' };
const live = (site: string): readonly string[] => [
  'catalog',
  'import',
  'jira',
  '--site',
  site,
  '--project',
  'DBA',
  '--issue-type',
  'database request',
  '--dry-run',
];

test('Jira itself is asked, page by page, with credentials of the environment that nothing repeats', async (t) => {
  const { url, calls } = await jira(t);
  const { code, out, error } = await run(live(url), CREDENTIALS);
  t.is(code, 1);
  const root = '/rest/api/3/issue/createmeta/DBA/issuetypes';
  t.deepEqual(
    calls.map(({ path }) => path),
    [root, `${root}/10001`, `${root}/10001`],
  );
  t.is(calls[0]?.authorization, `Basic ${Buffer.from('dev@example.com:very-secret-token').toString('base64')}`);
  t.true(out.includes('issueType: Database request'));
  t.true(out.includes('customfield_10055'));
  t.false(`${out}${error}`.includes('very-secret-token'));
});

test('refusals of Jira, redirects and silence are one line each, without the credentials', async (t) => {
  const cases = [
    [401, /refuses the account \(401\)/],
    [404, /no such project/],
    [302, /cannot be reached/],
    [503, /answers 503/],
  ] as const;
  for (const [status, message] of cases) {
    const { code, error } = await run(live((await jira(t, status)).url), CREDENTIALS);
    t.is(code, 2);
    t.regex(error, message);
    t.false(error.includes('very-secret-token') || error.includes('\n'));
  }
  t.regex((await run(live('http://127.0.0.1:1'), CREDENTIALS)).error, /cannot be reached/);
});
