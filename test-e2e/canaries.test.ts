import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { operations } from '@pao/contracts';
import { databaseText, eventually, startFakeJira, startOtlpReceiver } from '@pao/testkit';
import test, { type ExecutionContext } from 'ava';
import { hasTerraform } from './harness/action-types.ts';
import { answersAbout } from './harness/answers.ts';
import { startBusTap } from './harness/bus-tap.ts';
import { writeCanaryCatalog } from './harness/canary-catalog.ts';
import { type Fleet, startFleet } from './harness/fleet.ts';
import { temporaryDirectory } from './harness/standalone.ts';
import { getData, submit, untilAtRest } from './harness/steps.ts';

// Secrets of every kind go through the whole system to a target that gives all of them back, and are looked for everywhere.

/** None is a part of another, and none can be there by chance. */
const mark = (): string => `c4n${randomBytes(12).toString('hex')}`;

const KEY_LINES = [randomBytes(48), randomBytes(48)].map((bytes) => bytes.toString('base64')).join('\n');

/** Those that reach the target as they are. */
const GIVEN = {
  bearer: mark(),
  basic: mark(),
  header: mark(),
  oauth: mark(),
  accessToken: mark(),
  jira: mark(),
  github: mark(),
  serviceNow: mark(),
  password: `${mark()}/"pass" wörd&<+>`,
  pem: `-----BEGIN PRIVATE KEY-----\n${KEY_LINES}\n-----END PRIVATE KEY-----\n`,
};

/** Those that nobody ever gets. */
const KEPT = {
  aws: mark(),
  webhook: randomBytes(24).toString('base64'),
  terraform: mark(),
  siteToken: mark(),
  dataKey: randomBytes(32).toString('base64'),
  apiKey: `pao_${mark()}`,
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

/** In ways that depend on the status, so that each of them meets each secret. */
const ECHOES: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => JSON.stringify({ error: text, nested: JSON.stringify({ text }) }),
  (text) => Buffer.from(`a${text}`).toString('base64'),
  (text) => Buffer.from(text).toString('hex').toUpperCase(),
  (text) => `?given=${encodeURIComponent(text)}`,
];
const STATUSES = [200, 400, 401, 422, 500];

/** Gives back all it gets, in body and headers. */
const startEcho = async (t: ExecutionContext) => {
  const received: string[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { authorization = '' } = request.headers;
    const basic = Buffer.from(/^Basic (.*)$/.exec(authorization)?.[1] ?? '', 'base64').toString('utf8');
    const given = [authorization, basic, request.headers['x-vault'], Buffer.concat(chunks).toString('utf8')].join('\n');
    received.push(given);
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://echo.test');
    if (pathname === '/oauth/token') {
      const token = { access_token: GIVEN.accessToken, token_type: 'Bearer', expires_in: 3_600 };
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(token));
      return;
    }
    const status = Number(searchParams.get('status') ?? 400);
    const echo = ECHOES[STATUSES.indexOf(status)] ?? JSON.stringify;
    const inHeader = encodeURIComponent(given.slice(0, 2_000));
    response.writeHead(status, { 'content-type': 'text/plain', location: `/x?${inHeader}`, 'x-request-id': inHeader });
    response.end(echo(given));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return { received, host: `127.0.0.1:${(server.address() as AddressInfo).port}` };
};

const start = async (t: ExecutionContext) => {
  const [echo, jira, receiver, directory] = await Promise.all([
    startEcho(t),
    startFakeJira(),
    startOtlpReceiver(),
    temporaryDirectory(),
  ]);
  const url = `http://${echo.host}`;
  const tap = startBusTap();
  const items = await writeCanaryCatalog(join(directory.path, 'catalog'), echo.host);
  const person = { name: 'admin', email: 'admin@example.test', teams: [], roles: ['admin'], tenant: 'default' };
  const fleet = await startFleet({
    catalog: join(directory.path, 'catalog'),
    tapBus: tap.open,
    environment: {
      ...receiver.environment,
      PAO_LOG_LEVEL: 'trace',
      PAO_EXECUTOR_BREAKER_FAILURES: '10000',
      PAO_EGRESS_ALLOW: `${echo.host},${jira.host}`,
      PAO_DATA_KEYS: `k1:${KEPT.dataKey}`,
      PAO_API_KEYS: JSON.stringify([{ ...person, sha256: createHash('sha256').update(KEPT.apiKey).digest('hex') }]),
      PAO_SECRET_BEARER: GIVEN.bearer,
      PAO_SECRET_PAIR: `robot:${GIVEN.basic}`,
      PAO_SECRET_HEADER: GIVEN.header,
      PAO_SECRET_OAUTH: GIVEN.oauth,
      PAO_SECRET_AWS: `AKIAEXAMPLE:${KEPT.aws}`,
      PAO_SECRET_WEBHOOK: `whsec_${KEPT.webhook}`,
      PAO_SECRET_TERRAFORM: KEPT.terraform,
      PAO_JIRA_URL: jira.url,
      PAO_JIRA_EMAIL: 'pao@example.test',
      PAO_JIRA_API_TOKEN: KEPT.siteToken,
      PAO_JIRA_INSTANCES: JSON.stringify({ ops: { url, flavor: 'data-center', apiToken: GIVEN.jira } }),
      PAO_SERVICENOW_INSTANCES: JSON.stringify({ main: { url, token: GIVEN.serviceNow } }),
      PAO_GITHUB_URL: url,
      PAO_GITHUB_TOKEN: GIVEN.github,
      PAO_TERRAFORM_FORBID_LOCAL_EXEC: 'false',
      PAO_TERRAFORM_DIR: join(directory.path, 'terraform/runs'),
      PAO_TERRAFORM_STATE_DIR: join(directory.path, 'terraform/states'),
    },
  });
  t.teardown(async () => {
    await fleet.stop();
    await Promise.all([jira.close(), receiver.close(), tap.close()]);
    await directory.remove();
  });
  return { echo, jira, receiver, tap, fleet, items };
};

const untilEscalated = (fleet: Fleet, id: string): Promise<unknown> =>
  eventually(async () => (await getData(fleet, operations.getRequest, { params: { id } })).status === 'escalated', {
    timeoutMs: 60_000,
    everyMs: 200,
  });

/** Those that the status means nothing to; of Terraform it is how its provisioner ends. */
const WAYS: Readonly<Record<string, readonly number[]>> = {
  ...{ 'oauth-refused': [400], sigv4: [422], jira: [400], servicenow: [400], commit: [400], workflow: [400] },
  terraform: [0, 1],
};

/** Three of the five, in turn from item to item: together all of them. */
const someOf = (index: number): readonly number[] =>
  process.env['PAO_DEEP'] === '1'
    ? STATUSES
    : STATUSES.filter((_, at) => [0, 2, 4].some((step) => (index + step) % STATUSES.length === at));

/** Asks for everything in every way, and has people called to what failed. @returns the ids of the requests */
const runAll = async (fleet: Fleet, items: readonly string[]): Promise<readonly string[]> => {
  const asks = items
    .filter((item) => item !== 'terraform' || hasTerraform)
    .flatMap((item, index) =>
      (WAYS[item] ?? someOf(index)).map((status) => ({
        item: `testing-${item}`,
        input: { name: `${item}-${status}`, basic: { status, password: GIVEN.password, pem: GIVEN.pem } },
      })),
    );
  const ids = await submit(fleet, asks);
  const ended = await Promise.all(ids.map((id) => untilAtRest(fleet, id, 60_000)));
  const failed = ended.filter(({ status }) => status === 'failed').map(({ id }) => id);
  for (const id of failed) await getData(fleet, operations.escalateRequest, { params: { id }, body: {} });
  for (const id of failed) await untilEscalated(fleet, id);
  return ids;
};

const metricsOf = async ({ urls }: Fleet): Promise<string> => {
  const answers = Object.values(urls).map((url) =>
    fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${KEPT.apiKey}` } }).then((answer) => answer.text()),
  );
  return (await Promise.all(answers)).join('\n');
};

test('no secret of any kind is in a log, message, row, answer, ticket, trace or metric, whatever targets give back', async (t) => {
  t.timeout(240_000);
  const { echo, jira, receiver, tap, fleet, items } = await start(t);
  const ids = await runAll(fleet, items);
  const given = echo.received.join('\n');
  for (const [kind, secret] of Object.entries(GIVEN))
    t.true(given.includes(JSON.stringify(secret).slice(1, -1)), `the target has ${kind}`);
  t.true(jira.issues.length > 10 && receiver.spans.length > 100);
  const answers = await Promise.all(ids.map((id) => answersAbout(fleet, id)));
  const places = {
    logs: Object.values(fleet.processes)
      .map((process) => process.output())
      .join('\n'),
    messages: tap.text(),
    rows: await databaseText(fleet.database),
    answers: answers.join('\n'),
    tickets: JSON.stringify(jira.issues),
    spans: JSON.stringify(receiver.spans),
    metrics: await metricsOf(fleet),
  };
  const found = Object.entries(places).flatMap(([place, text]) => {
    t.true(text.length > 2_000, `${place}: ${text}`);
    const small = text.toLowerCase();
    return Object.entries({ ...GIVEN, ...KEPT }).flatMap(([kind, secret]) =>
      traces(secret).flatMap((trace) => {
        const at = small.indexOf(trace.toLowerCase());
        return at < 0 ? [] : [`${kind} in ${place}: ${text.slice(Math.max(0, at - 200), at + 80)}`];
      }),
    );
  });
  t.deepEqual(found, []);
});
