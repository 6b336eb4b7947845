import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { createLogger, runWithCorrelationId, runWithTraceparent, startTelemetry } from './index.ts';

const CANARY = 'canary-5f3a';

const capture = (level = 'info') => {
  const lines: string[] = [];
  const logger = createLogger({ service: 'test', level, destination: { write: (line) => lines.push(line) } });
  return { logger, lines, last: () => JSON.parse(lines.at(-1) ?? '{}') };
};

test('a line is one JSON object with the service, the level as a word and the time in ISO 8601', (t) => {
  const { logger, lines, last } = capture();
  logger.info({ a: 1 }, 'hello');
  const { time, ...rest } = last();
  t.deepEqual(rest, { level: 'info', service: 'test', a: 1, msg: 'hello' });
  t.regex(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  t.true(lines[0]?.endsWith('}\n'));
});

test('members with the name of a secret are censored wherever they are, also in the bindings of a child', (t) => {
  const { logger, lines } = capture();
  const names = [
    'authorization',
    'Authorization',
    'x-pao-identity',
    'password',
    'token',
    'access_token',
    'clientSecret',
  ];
  names.push('apiKey', 'api_key', 'X-Api-Key', 'Set-Cookie', 'privateKey', 'db_password', 'awsSecretAccessKey');
  for (const name of names) {
    logger.info({ [name]: CANARY });
    logger.info({ request: { headers: [{ [name]: CANARY }] } });
    logger.info({ [name]: { nested: CANARY } });
    logger.child({ config: { [name]: CANARY } }).info('child');
  }
  t.is(lines.length, names.length * 4);
  t.deepEqual(
    lines.filter((line) => line.includes(CANARY)),
    [],
  );
});

test('credentials inside texts are censored', (t) => {
  const { logger, lines } = capture();
  logger.info({ url: `postgres://pao:${CANARY}@db:5432/pao` }, `Authorization: Bearer ${CANARY}`);
  logger.error(new Error(`GET https://user:${CANARY}@jira.test failed with Basic ${CANARY}`));
  t.deepEqual(
    lines.filter((line) => line.includes(CANARY)),
    [],
  );
  t.true(lines[0]?.includes('db:5432/pao'));
});

test('an error is logged with its type, message, code and causes, and without what a library hung on it', (t) => {
  const { logger, last, lines } = capture();
  const cause = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
  const error = Object.assign(new TypeError('broken', { cause }), { options: { headers: { x: CANARY } }, status: 502 });
  logger.error({ err: error }, 'failed');
  t.like(last().err, {
    type: 'TypeError',
    message: 'broken',
    status: 502,
    cause: { message: 'refused', code: 'ECONNREFUSED' },
  });
  t.true(last().err.stack.includes('logger.test.ts'));
  t.false(lines.join().includes(CANARY));
});

test('line breaks and control characters of hostile texts stay inside their line as escapes', (t) => {
  const { logger, lines, last } = capture();
  const hostile = 'a\r\n{"level":"fatal"}\u001b[2J\u009b31m\u0000\u2028\u007f';
  logger.info({ [hostile]: hostile }, hostile);
  t.is(lines.length, 1);
  t.notRegex(lines[0] ?? '', /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029]|\n./);
  t.is(last().msg, hostile);
  t.is(last()[hostile], hostile);
});

test('what is circular, deep or huge is cut instead of stopping the logger', (t) => {
  const { logger, lines } = capture();
  const circular: Record<string, unknown> = {};
  circular.self = circular;
  logger.info({
    circular,
    wide: Array.from({ length: 5_000 }, () => ({})),
    bytes: Buffer.alloc(9),
    big: 1n,
    map: new Map(),
  });
  t.true((lines[0]?.length ?? 0) < 20_000);
  t.true(lines[0]?.includes('[cut]'));
  t.true(lines[0]?.includes('[9 bytes]'));
});

test('lines carry the ids of the trace and of the correlation they were written in', async (t) => {
  const telemetry = await startTelemetry({ service: 'test', version: '0', environment: {} });
  const { logger, last } = capture();
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  runWithTraceparent(traceparent, () => runWithCorrelationId('c-1', () => logger.info('inside')));
  t.like(last(), { trace_id: '0af7651916cd43dd8448eb211c80319c', span_id: 'b7ad6b7169203331', correlation_id: 'c-1' });
  logger.info('outside');
  t.false('trace_id' in last());
  await telemetry.stop();
});

test('a child keeps the bindings and the level of its parent, and replaces a binding instead of repeating it', (t) => {
  const { logger, lines, last } = capture();
  const child = logger.child({ service: 'request', pool: 'default' }, { level: 'warn' }).child({ task: 1 });
  child.info('no');
  child.warn('yes');
  t.is(lines.length, 1);
  t.like(last(), { service: 'request', pool: 'default', task: 1 });
  t.is(lines[0]?.match(/"service":/g)?.length, 1);
});

test('below its level a logger is silent', (t) => {
  const { logger, lines } = capture('warn');
  logger.info('no');
  logger.warn('yes');
  t.is(lines.length, 1);
});

test('a path as destination appends to that file and makes its folder', async (t) => {
  const file = join(await mkdtemp(join(tmpdir(), 'logger-')), 'logs', 'a.log');
  const logger = createLogger({ service: 'test', level: 'info', destination: file });
  logger.info('one');
  t.true((await readFile(file, 'utf8')).includes('"one"'));
});
