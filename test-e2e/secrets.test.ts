import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdir, readFile, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { operations } from '@pao/contracts';
import { databaseText, testDatabase } from '@pao/testkit';
import test, { type ExecutionContext } from 'ava';
import { answersAbout } from './harness/answers.ts';
import { type Fleet, startFleet } from './harness/fleet.ts';
import { writePasswordCatalog } from './harness/password-catalog.ts';
import { startStandalone, temporaryDirectory } from './harness/standalone.ts';
import { getData, submit, untilAtRest } from './harness/steps.ts';

/** Its pieces are looked for, so that no escape of what stands between them hides it. */
const PIECES = ['Canary7f3a', 'Sparrow9c1e'];
const CANARY = `${PIECES[0]}/"ü&${PIECES[1]}`;
const NAME = 'orders';

/** What of it would stay, in whatever way it was written down. */
const traces = [...PIECES, ...PIECES.map((piece) => Buffer.from(piece).toString('hex')), ...base64Pieces()];

function base64Pieces(): readonly string[] {
  return ['', 'a', 'ab'].flatMap((before) =>
    PIECES.map((piece) =>
      Buffer.from(before + piece)
        .toString('base64')
        .slice(4, 12),
    ),
  );
}

const holdsCanary = (text: string): boolean => traces.some((trace) => text.includes(trace));

interface Call {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: string;
}

/** Gives back all it gets, in body and headers, and refuses to lock anything, with the reason. */
const startEcho = async (t: ExecutionContext) => {
  const calls: Call[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      const { authorization } = request.headers;
      calls.push({ path: request.url ?? '', authorization, body });
      const fails = request.url === '/lock';
      const echo = encodeURIComponent(CANARY);
      response.writeHead(fails ? 422 : 201, {
        'content-type': 'application/json',
        location: `/x?p=${echo}`,
        'x-echo': echo,
      });
      const given = fails ? { error: `weak: ${CANARY}`, form: body, authorization } : JSON.parse(body);
      response.end(JSON.stringify({ id: 'x-1', given, numbers: [1], [CANARY]: true }));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return { calls, host: `127.0.0.1:${(server.address() as AddressInfo).port}` };
};

const prepare = async (t: ExecutionContext) => {
  const [target, catalog] = await Promise.all([startEcho(t), temporaryDirectory()]);
  t.teardown(() => catalog.remove());
  await writePasswordCatalog(catalog.path, target.host);
  return { ...target, catalog: catalog.path };
};

type Api = Pick<Fleet, 'client' | 'url'>;

const ask = async (api: Api): Promise<string> => {
  const input = { name: NAME, basic: { adminPassword: CANARY } };
  const [id = ''] = await submit(api, [{ item: 'testing-password', input }]);
  return id;
};

const textOfFiles = async (folder: string): Promise<string> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const texts = await Promise.all(files.map((file) => readFile(file, 'latin1').catch(() => '')));
  return texts.join('\n');
};

test('a password reaches its target as it is, and is found nowhere else whatever the target gives back', async (t) => {
  const { calls, host, catalog } = await prepare(t);
  const [directory, database] = await Promise.all([temporaryDirectory(), testDatabase()]);
  t.teardown(() => directory.remove());
  const environment = { PAO_CATALOG: catalog, PAO_EGRESS_ALLOW: host, DATABASE_URL: database, PAO_LOG_LEVEL: 'trace' };
  const system = await startStandalone({ dataDirectory: directory.path, environment });
  t.teardown(() => system.kill());
  const id = await ask(system);
  const request = await untilAtRest(system, id);

  t.deepEqual(
    calls.map(({ path }) => path),
    ['/create', '/lock'],
  );
  t.deepEqual(JSON.parse(calls[0]?.body ?? ''), { name: NAME, password: CANARY });
  t.is(new URLSearchParams(calls[1]?.body).get('password'), CANARY);
  t.is(calls[1]?.authorization, `Basic ${Buffer.from(`${NAME}:${CANARY}`).toString('base64')}`);

  t.true(calls.every(({ body }) => holdsCanary(body)) && holdsCanary(calls[1]?.authorization ?? ''));

  t.is(request.status, 'failed');
  t.is(request.failure?.code, 'HTTP_422');
  t.deepEqual(request.input, { name: NAME, basic: { adminPassword: '••••' } });
  t.like(request.tasks[0]?.outputs, { body: { id: 'x-1', given: { name: NAME, password: '[redacted]' } } });

  const answers = await answersAbout(system, id);
  t.true(answers.includes('[redacted]') && answers.includes('••••'));
  t.regex(answers, /^data: .*request-failed/m);
  t.false(holdsCanary(answers), 'answers');
  const rows = await databaseText(database);
  t.true(rows.includes('$sealed') && rows.includes('[redacted]'));
  t.false(holdsCanary(rows), 'database');
  t.false(holdsCanary(system.output()), 'logs');
  t.is((await stat(join(directory.path, 'data-keys'))).mode & 0o777, 0o600);
  t.is(await system.stop(), 0);
  t.false(holdsCanary(await textOfFiles(directory.path)), 'files');
});

test('an executor with another key fails the task for certain and sends nothing', async (t) => {
  const { calls, host, catalog } = await prepare(t);
  const keyNamed = (id: string): string => `${id}:${randomBytes(32).toString('base64')}`;
  const fleet = await startFleet({
    catalog,
    environment: { PAO_DATA_KEYS: keyNamed('first'), PAO_EGRESS_ALLOW: host, PAO_LOG_LEVEL: 'trace' },
    of: { executor: { PAO_DATA_KEYS: keyNamed('second') } },
  });
  t.teardown(() => fleet.stop());
  const id = await ask(fleet);
  const request = await untilAtRest(fleet, id);
  t.is(request.status, 'failed');
  t.like(request.failure, { code: 'SECRETS_UNAVAILABLE', stuck: null });
  t.regex(request.failure?.message ?? '', /sealed with the key first, which is not in PAO_DATA_KEYS of this executor/);
  t.deepEqual(calls, []);
  const output = Object.values(fleet.processes).map((process) => process.output());
  t.true(output.join('').length > 0);
  t.false(holdsCanary([await answersAbout(fleet, id), ...output].join('\n')));
});

test('without keys nothing that asks for a password is taken, and the refusal says what to set', async (t) => {
  const { calls, catalog } = await prepare(t);
  const fleet = await startFleet({ catalog });
  t.teardown(() => fleet.stop());
  const body = {
    items: [
      {
        schemaVersion: 'catalog/v1' as const,
        catalogItemId: 'testing-password',
        input: { name: NAME, basic: { adminPassword: CANARY } },
      },
    ],
  };
  const result = await fleet.client.call(operations.submitRequests, { body });
  t.false(result.ok);
  t.regex(JSON.stringify(result), /CATALOG_ITEM_INVALID.*adminPassword is a password.*PAO_DATA_KEYS is not set/);
  t.false(holdsCanary(JSON.stringify(result)));
  t.deepEqual(await getData(fleet, operations.listRequests), []);
  t.deepEqual(calls, []);
});
