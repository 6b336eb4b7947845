import { randomBytes } from 'node:crypto';
import { createMemoryBus, createTopology } from '@pao/bus';
import { ledgerMigrations, type TaskCommand } from '@pao/executor-sdk';
import { commandOf, messageOf } from '@pao/executor-sdk/testing';
import type { JsonObject } from '@pao/kernel';
import { createLogger, createSealer } from '@pao/runtime';
import { databaseText, httpServer, type ReceivedRequest, testDatabase } from '@pao/testkit';
import test, { type ExecutionContext } from 'ava';
import { createExecutorService, readExecutorConfig } from '../src/index.ts';
import { receiveEvents } from './support/events.ts';
import { sealedFor } from './support/sealed.ts';

const databaseUrl = await testDatabase({ schema: 'pao_executor', migrations: ledgerMigrations });

/** None is a part of another, and none can be there by chance. */
const mark = (): string => `c4n${randomBytes(12).toString('hex')}`;

const LINE = randomBytes(48).toString('base64');
const CANARIES = {
  token: mark(),
  basic: mark(),
  header: mark(),
  userinfo: mark(),
  jira: mark(),
  webhook: `whsec_${randomBytes(24).toString('base64')}`,
  /** With what has to be escaped everywhere. */
  password: `${mark()}/"pass" wörd&<+>`,
  pem: `-----BEGIN PRIVATE KEY-----\n${LINE}\n${randomBytes(48).toString('base64')}\n-----END PRIVATE KEY-----\n`,
  number: '7481920365184',
  terraform: mark(),
};

const key = randomBytes(32);
const sealer = createSealer([{ id: 'ours', bytes: key }]);
if (sealer === undefined) throw new Error('no keys');

/** What a target that means no harm says of what it was given. */
const ECHOES: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => JSON.stringify({ error: text, nested: JSON.stringify({ text }) }),
  (text) => `<pre>${text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')}</pre>`,
  (text) => Buffer.from(text).toString('base64'),
  (text) => Buffer.from(`a${text}`).toString('base64url'),
  (text) => Buffer.from(text).toString('hex').toUpperCase(),
  (text) => `?given=${encodeURIComponent(text)}`,
  (text) => String(new URLSearchParams({ text })),
  // As Terraform tells of a plan.
  (text) => `  + resource "x" "y" {\n      + value = ${JSON.stringify(text)}\n    }\n`,
  (text) => `${'x'.repeat(2_040)}${text}`,
];

const STATUSES = [200, 201, 307, 400, 401, 409, 422, 429, 500, 503];

const credentialsIn = ({ headers }: ReceivedRequest): string => {
  const [, encoded = ''] = /^Basic (.+)$/.exec(headers.authorization ?? '') ?? [];
  return [headers.authorization, Buffer.from(encoded, 'base64').toString(), headers['x-admin']].join('\n');
};

const openTarget = (t: ExecutionContext) =>
  httpServer(t, (request, response) => {
    const { searchParams, pathname } = new URL(request.url, 'http://target.test');
    const echo = ECHOES[Number(searchParams.get('echo') ?? 0) % ECHOES.length] ?? String;
    const given = `${credentialsIn(request)}\n${request.body}`;
    const inHeader = encodeURIComponent(given.slice(0, 2_000));
    response.writeHead(pathname.startsWith('/rest/') ? 400 : Number(searchParams.get('status') ?? 400), {
      'content-type': searchParams.get('json') === null ? 'text/plain' : 'application/json',
      location: `https://elsewhere.test/?${inHeader}`,
      'x-request-id': encodeURIComponent(credentialsIn(request)),
      'retry-after': '0',
      'set-cookie': `session=${inHeader}`,
    });
    const answer = echo(given);
    // In pieces, so that nothing comes in one chunk.
    for (let at = 0; at < answer.length; at += 700) response.write(answer.slice(at, at + 700));
    response.end();
  });

const openService = async (t: ExecutionContext, url: string, port: number) => {
  const lines: string[] = [];
  const bus = createMemoryBus(createTopology());
  const destination = { write: (line: string) => lines.push(line) };
  const config = readExecutorConfig({
    DATABASE_URL: databaseUrl,
    PAO_PORT: '0',
    PAO_BUS_WAIT_SECONDS: '1',
    PAO_EXECUTOR_ANNOUNCE_MS: '0',
    PAO_EXECUTOR_BREAKER_FAILURES: '10000',
    PAO_LOG_LEVEL: 'trace',
    PAO_EGRESS_ALLOW: `127.0.0.1:${port}`,
    PAO_DATA_KEYS: `ours:${key.toString('base64')}`,
    PAO_JIRA_URL: url,
    PAO_JIRA_EMAIL: 'pao@example.test',
    PAO_JIRA_API_TOKEN: CANARIES.jira,
    PAO_SECRET_TOKEN: CANARIES.token,
    PAO_SECRET_PAIR: `robot:${CANARIES.basic}`,
    PAO_SECRET_HEADER: CANARIES.header,
    PAO_SECRET_WEBHOOK: CANARIES.webhook,
  });
  const logger = createLogger({ service: 'executor', level: 'trace', destination });
  const service = createExecutorService(config, { logger, bus });
  await service.start();
  t.teardown(() => service.stop());
  const metrics = async () => (await fetch(`http://127.0.0.1:${service.port}/metrics`)).text();
  return { bus, lines, metrics };
};

const sealed = (config: JsonObject, members: readonly string[]): TaskCommand =>
  sealedFor(commandOf({ action: { idempotent: true, timeoutSeconds: 5 } }), sealer, {
    config,
    secrets: Object.values(CANARIES),
    members,
  });

const AUTHENTICATIONS = [
  { type: 'bearer', secretRef: 'env:TOKEN' },
  { type: 'basic', secretRef: 'env:PAIR' },
];

/** Every secret, at every status, given back in every way. */
const commandsFor = (url: string): readonly TaskCommand[] => {
  const calls = STATUSES.flatMap((status, index) =>
    ECHOES.map((_, echo) => {
      const query = `status=${status}&echo=${echo}${echo === 1 ? '&json' : ''}`;
      const config = {
        endpoint: { url: `${url}/things?${query}`, method: 'POST' },
        headers: { 'x-admin': { secretRef: 'env:HEADER' } },
        authentication: AUTHENTICATIONS[(index + echo) % 2] ?? {},
        body: { type: 'json', contentTemplate: { ...CANARIES } },
        retry: { attempts: 1 },
      };
      return sealed(config, ['body']);
    }),
  );
  const userinfo = `http://user:${CANARIES.userinfo}@127.0.0.1/`;
  const endpoint = { url: userinfo, method: 'GET' };
  const ticket = { project: 'PLAT', summaryTemplate: 'Do it' };
  return [
    ...calls,
    sealed({ endpoint }, ['endpoint']),
    sealed({ endpoint }, ['body']),
    commandOf({ action: { type: 'jira-ticket', config: { ticket }, timeoutSeconds: 5 } }),
    commandOf({
      action: { type: 'webhook', config: { url: `${url}/hook`, secretRef: 'env:WEBHOOK' }, timeoutSeconds: 5 },
    }),
    commandOf({
      action: {
        config: { endpoint: { url, method: 'GET' }, authentication: { type: 'bearer', secretRef: 'env:NONE' } },
      },
    }),
  ];
};

/** What of a secret must be nowhere: itself, and what is left of it in the shapes that targets give it back in. */
const traces = (secret: string): readonly string[] => {
  const pieces = secret.split(/[\n"/\s]+/).filter((piece) => piece.length >= 12 && !piece.startsWith('-----'));
  return pieces.flatMap((piece) => [
    piece,
    encodeURIComponent(piece),
    Buffer.from(piece).toString('hex'),
    ...[0, 1, 2].map((shift) => Buffer.from(piece.slice(shift)).toString('base64').slice(0, 14)),
  ]);
};

test('no secret is in any log line, message, row or metric, however targets give it back', async (t) => {
  const target = await openTarget(t);
  const { bus, lines, metrics } = await openService(t, target.url, target.port);
  const commands = commandsFor(target.url);
  await bus.publish(commands.map(messageOf));
  const ends = new Map<string, string>();
  const bodies: string[] = [];
  while (ends.size < commands.length) {
    for (const { type, body } of await receiveEvents(bus, 1)) {
      bodies.push(body);
      const { data } = JSON.parse(body) as { readonly data: { readonly taskId: string } };
      if (/succeeded|failed|stuck/.test(type)) ends.set(data.taskId, type);
    }
  }
  t.true(
    target.requests.some(({ body }) => body.includes(CANARIES.terraform)),
    'the target has them',
  );
  t.true(new Set(ends.values()).size >= 3);
  const places = {
    log: lines.join('\n'),
    messages: bodies.join('\n'),
    rows: await databaseText(databaseUrl),
    metrics: await metrics(),
  };
  for (const [place, text] of Object.entries(places)) {
    t.true(text.length > 500, place);
    for (const [kind, secret] of Object.entries(CANARIES)) {
      for (const trace of traces(secret)) {
        const at = text.toLowerCase().indexOf(trace.toLowerCase());
        t.is(at, -1, `${kind} in ${place}: ${text.slice(Math.max(0, at - 200), at + 80)}`);
      }
    }
  }
});
