import { execFile } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { operations } from '@pao/contracts';
import test from 'ava';
import { type Standalone, startStandalone, temporaryDirectory } from './harness/standalone.ts';
import { getData, submit, untilAtRest } from './harness/steps.ts';

// A platform team's day: from the starter repository to a merged document that somebody requests.

const DEVCTL = fileURLToPath(new URL('../packages/devctl/bin/devctl.mjs', import.meta.url));
const SECRET = 'a secret of the webhook';
const ITEM = 'catalog/storage/volume-standard.yaml';

let directory: { path: string; remove(): Promise<void> };
let system: Standalone;

interface Run {
  readonly code: number;
  readonly out: string;
}

const run = (file: string, args: readonly string[], cwd: string, env: Readonly<Record<string, string>> = {}) =>
  new Promise<Run>((resolve) => {
    execFile(file, [...args], { cwd, env: { ...process.env, ...env }, maxBuffer: 1 << 26 }, (error, out, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), out: out + stderr });
    });
  });

const work = (): string => join(directory.path, 'work');

const devctl = (...args: readonly string[]): Promise<Run> => run(process.execPath, [DEVCTL, ...args], work());

const git = async (...args: readonly string[]): Promise<void> => {
  const settings = { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' };
  const identity = ['-c', 'user.name=t', '-c', 'user.email=t@example.test', '-c', 'init.defaultBranch=main'];
  const { code, out } = await run('git', [...identity, ...args], work(), settings);
  if (code !== 0) throw new Error(`git ${args.join(' ')}: ${out}`);
};

const write = async (path: string, text: string): Promise<void> => {
  await mkdir(dirname(join(work(), path)), { recursive: true });
  await writeFile(join(work(), path), text);
};

const item = (version = '1.0.0'): string => `# yaml-language-server: $schema=../../schema/catalog-item.json
schemaVersion: catalog/v1
kind: CatalogItem
metadata:
  id: storage-volume-standard
  name: Volume
  description: A block volume for one application, encrypted, with a snapshot every night and an alarm when it fills up.
  version: ${version}
  category: storage
  owner: { team: platform-storage }
input:
  form:
    name: Volume name
    validation: { pattern: "^[a-z][a-z0-9-]{2,28}[a-z0-9]$" }
    groups:
      - id: basic
        name: Basics
        fields:
          - { id: sizeGb, name: Size (GB), type: number, default: 20, validation: { min: 1, max: 100, integer: true } }
fulfillment:
  strategy: { mode: automatic }
  automatic:
    actions:
      - type: rest-api
        id: create-volume
        name: Create the volume
        config:
          endpoint: { url: "http://platform.sandbox.test/v1/volumes", method: POST }
          body:
            type: json
            contentTemplate: '{"name": "{{.current.name}}", "sizeGb": {{.current.basic.sizeGb}}}'
          expect: { status: [201] }
        outputs: { volumeId: body.id }
  manual:
    actions:
      - type: jira-ticket
        config: { ticket: { project: STO, summaryTemplate: "Create volume {{.current.name}}" } }
examples:
  - { name: a small volume, input: { name: orders-data } }
`;

/** What GitHub says of a push, signed. */
const announce = async (): Promise<number> => {
  const body = JSON.stringify({ ref: 'refs/heads/main', after: 'f'.repeat(40), commits: null });
  const response = await fetch(`${system.url}/api/v1/webhooks/github`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-github-event': 'push',
      'x-github-delivery': crypto.randomUUID(),
      'x-hub-signature-256': `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`,
    },
    body,
  });
  await response.text();
  return response.status;
};

const until = async (holds: () => Promise<boolean>): Promise<void> => {
  while (!(await holds())) await sleep(20);
};

const isOffered = async (id: string, version: string): Promise<boolean> =>
  (await getData(system, operations.listCatalog, { query: { limit: 200 } })).some(
    (entry) => entry.id === id && entry.version === version,
  );

test.before(async () => {
  directory = await temporaryDirectory();
  const { code, out } = await run(process.execPath, [DEVCTL, 'catalog', 'init', 'work'], directory.path);
  if (code !== 0) throw new Error(out);
  const remote = join(directory.path, 'catalog.git');
  await git('init', '-q');
  await git('add', '-A');
  await git('commit', '-q', '-m', 'the starter repository');
  await git('clone', '-q', '--bare', '.', remote);
  await git('remote', 'add', 'origin', remote);
  system = await startStandalone({
    dataDirectory: join(directory.path, 'data'),
    sharesDatabaseServer: true,
    environment: { PAO_CATALOG: pathToFileURL(remote).href, PAO_CATALOG_WEBHOOK_SECRETS: SECRET },
  });
});

test.after.always(async () => {
  await system?.kill();
  await directory?.remove();
});

test.serial('the starter repository passes its own checks, and is what a git address offers', async (t) => {
  t.is((await devctl('validate', '--strict')).code, 0);
  const tests = await devctl('catalog', 'test');
  t.is(tests.code, 0, tests.out);
  t.true((await getData(system, operations.listCatalog)).length > 10);
  const { branch, findings } = await getData(system, operations.getCatalogSync);
  t.is(branch, 'main');
  t.deepEqual(findings, []);
});

test.serial('a document that would break at run time is caught before the merge, by its line', async (t) => {
  await git('switch', '-q', '-c', 'volume');
  const broken = item().replace('{{.current.basic.sizeGb}}', '{{.current.basic.size}}');
  await write(ITEM, broken);
  const { code, out } = await devctl('validate', '--changed', 'main', '--strict', '--output', 'github');
  t.is(code, 1);
  const line = broken.split('\n').findIndex((text) => text.includes('basic.size}}')) + 1;
  t.regex(out, new RegExp(`::error file=${ITEM},line=${line},`));
});

test.serial('the document is tried out and tested without a running PAO', async (t) => {
  await write(ITEM, item());
  const changed = await devctl('validate', '--changed', 'main', '--strict');
  t.is(changed.code, 0, changed.out);
  t.regex((await devctl('preview', 'form', ITEM)).out, /Size \(GB\)/);
  t.regex((await devctl('test', 'variables', ITEM, '--example', 'a small volume')).out, /sizeGb\s+current\s+20/);
  const tests = 'document: storage-volume-standard\ntests:\n  - { name: a volume, input: { name: orders-data } }\n';
  await write('tests/volume.test.yaml', tests);
  t.is((await devctl('catalog', 'test', 'tests/volume.test.yaml', '--update')).code, 0);
  t.is((await devctl('catalog', 'test')).code, 0);
  t.regex(await readFile(join(work(), 'tests/volume.test.yaml'), 'utf8'), /create-volume[\s\S]*orders-data/);
});

test.serial('once merged it is offered, and what is requested of it is done', async (t) => {
  await git('add', '-A');
  await git('commit', '-q', '-m', 'a volume');
  await git('push', '-q', 'origin', 'volume:main');
  t.is(await announce(), 202);
  await until(() => isOffered('storage-volume-standard', '1.0.0'));
  const [id = ''] = await submit(system, [{ item: 'storage-volume-standard', input: { name: 'orders-data' } }]);
  const request = await untilAtRest(system, id);
  t.is(request.status, 'completed', JSON.stringify(request.failure));
});

test.serial(
  'a broken document that was merged all the same leaves the last good version serving, and is listed',
  async (t) => {
    await write(ITEM, item('1.1.0').replace('type: number', 'type: numbr'));
    await git('commit', '-q', '-a', '-m', 'a slip');
    await git('push', '-q', 'origin', 'volume:main');
    await announce();
    const sync = () => getData(system, operations.getCatalogSync);
    await until(async () => (await sync()).findings.length > 0);
    t.like((await sync()).findings[0], { path: ITEM, code: 'FIELD_TYPE_UNKNOWN', severity: 'error' });
    t.true(await isOffered('storage-volume-standard', '1.0.0'));
  },
);

test.serial('what became of the catalog is told on the command line', async (t) => {
  const online = (...args: readonly string[]) => devctl('--url', system.url, ...args);
  const sync = await online('catalog', 'sync');
  t.is(sync.code, 1);
  t.regex(sync.out, new RegExp(`branch main[\\s\\S]*${ITEM}:\\d+:\\d+: error FIELD_TYPE_UNKNOWN`));
  t.regex((await online('catalog', 'categories')).out, /storage +3 +platform-storage/);
  t.regex(
    (await online('catalog', 'list', '--owner', 'platform-storage', '--mode', 'automatic')).out,
    /storage-volume/,
  );
  await write(ITEM, item('1.1.0').replace('max: 100', 'max: 50'));
  await git('commit', '-q', '-a', '-m', 'smaller volumes');
  await git('push', '-q', 'origin', 'volume:main');
  t.is((await online('catalog', 'sync', '--now')).code, 0);
  t.regex(
    (await online('catalog', 'versions', 'storage-volume-standard')).out,
    /1\.1\.0 +offered[\s\S]*1\.0\.0 +replaced/,
  );
  const { out } = await online('catalog', 'diff', 'storage-volume-standard');
  t.regex(
    out,
    /max: 100 → 50[\s\S]*basic\.sizeGb has a max of 50 instead of 100 {2}\(breaking\)\n[\s\S]*need a major version/,
  );
});

test.serial('history that was rewritten is told', async (t) => {
  await git('reset', '-q', '--hard', 'HEAD~3');
  await write(ITEM, item('1.2.0'));
  await git('add', '-A');
  await git('commit', '-q', '-m', 'a volume, anew');
  await git('push', '-q', '--force', 'origin', 'volume:main');
  await announce();
  await until(() => isOffered('storage-volume-standard', '1.2.0'));
  t.not((await getData(system, operations.getCatalogSync)).forcePushed, null);
});
