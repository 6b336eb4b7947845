import { randomBytes } from 'node:crypto';
import { taskSucceededV1 } from '@pao/contracts';
import { bodyFingerprint } from '@pao/http';
import { databaseText } from '@pao/testkit';
import test, { type ExecutionContext } from 'ava';
import { anAction, anItem } from './documents.ts';
import { eventually, type RunningService, startService } from './running-service.ts';

const CANARY = 'Canary7f3a"Sparrow9c1e';
const TRACES = /Canary7f3a|Sparrow9c1e|Q2FuYXJ5N2YzY|43616e61727937663361/i;

const sending = (id: string) =>
  anAction({
    id,
    outputs: { endpoint: 'body.endpoint' },
    config: {
      endpoint: { url: 'https://platform.example/v1/things', method: 'POST' },
      headers: { Authorization: 'Basic {{.current.name | concat ":" .current.basic.password | base64}}' },
      body: { type: 'json', contentTemplate: '{"password": "{{.current.basic.password}}"}' },
    },
  });

const item = anItem({
  fields: [{ id: 'password', name: 'Password', type: 'password', required: true, validation: { maxLength: 100 } }],
  actions: [sending('first'), sending('second')],
});

const bodyWith = (password: string) => ({
  items: [
    { schemaVersion: 'catalog/v1', catalogItemId: 'database-standard', input: { name: 'orders', basic: { password } } },
  ],
});

const start = async (t: ExecutionContext) => {
  const lines: string[] = [];
  const service = await startService(t, {
    environment: { PAO_DATA_KEYS: `k1:${randomBytes(32).toString('base64')}` },
    log: { write: (line) => void lines.push(line) },
  });
  // The relay takes rows out of the outbox as soon as they are there.
  await service.database.query({ text: 'CREATE TABLE seen_in_outbox (row_text text)', values: [] });
  await service.database.query({
    text: `CREATE FUNCTION keep_row() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN INSERT INTO seen_in_outbox VALUES (NEW::text || encode(NEW::text::bytea, 'escape')); RETURN NEW; END $$`,
    values: [],
  });
  await service.database.query({
    text: 'CREATE TRIGGER keep BEFORE INSERT ON outbox FOR EACH ROW EXECUTE FUNCTION keep_row()',
    values: [],
  });
  await service.offer(item);
  return { service, log: () => lines.join('') };
};

const reads = async (service: RunningService, id: string): Promise<string> => {
  const paths = ['', '/status', '/tasks'].map((path) => `/requests/${id}${path}`);
  const answers = await Promise.all(['/requests', ...paths].map((path) => service.get<unknown>(path)));
  return JSON.stringify(answers.map(({ body }) => body));
};

test('a submitted password is in no row, message, log line or answer, however far its request goes', async (t) => {
  const { service, log } = await start(t);
  const submitted = await service.submit(bodyWith(CANARY), { headers: { 'idempotency-key': 'key-1' } });
  t.is(submitted.status, 202);
  const id = submitted.body.data.requests[0]?.id ?? '';
  const first = await service.takeCommands();
  for (const { data } of first) {
    const { requestId, taskId, generation } = data;
    const at = new Date().toISOString();
    const outputs = { endpoint: 'https://db.example' };
    await service.publish(taskSucceededV1, id, {
      requestId,
      taskId,
      generation,
      startedAt: at,
      finishedAt: at,
      outputs,
    });
  }
  const second = await service.takeCommands();
  t.deepEqual([first.length, second.length], [1, 1]);
  for (const { data } of [...first, ...second]) {
    t.deepEqual(data.action.config, {});
    t.regex(data.action.sealedConfig ?? '', /^v1\.k1\./);
  }
  t.notRegex(JSON.stringify([submitted.body, first, second]), TRACES);

  const answers = await reads(service, id);
  t.true(answers.includes('••••'));
  t.notRegex(answers, TRACES);
  const rows = await databaseText(service.databaseUrl);
  t.regex(rows, /seen_in_outbox .*sealedConfig/);
  t.regex(rows, /requests .*\$sealed/);
  t.notRegex(rows, TRACES);
  t.true(log().length > 0);
  t.notRegex(log(), TRACES);
});

test('a repeated call with a password is recognised, and what is kept of its body lets nobody try passwords', async (t) => {
  const { service } = await start(t);
  const headers = { 'idempotency-key': 'key-1' };
  const first = await service.submit(bodyWith(CANARY), { headers });
  const again = await service.submit(bodyWith(CANARY), { headers });
  t.deepEqual([first.status, again.status], [202, 202]);
  t.deepEqual(again.body.data, first.body.data);
  const other = await service.submit(bodyWith('another password'), { headers });
  t.is(other.status, 422);
  t.is(other.body.error.code, 'IDEMPOTENCY_MISMATCH');
  const rows = await databaseText(service.databaseUrl);
  t.false(rows.includes(bodyFingerprint(bodyWith(CANARY))));
});

test('what is refused is not quoted: not in the answer and not in the log', async (t) => {
  const { service, log } = await start(t);
  const long = `${CANARY}${'x'.repeat(5_000)}`;
  const bodies = [bodyWith(long), { ...bodyWith(CANARY), more: CANARY }, `{"items": [{"input": "${CANARY}"`];
  for (const body of bodies) {
    const { status, body: answer } = await service.submit(body);
    t.true(status >= 400 && status < 500);
    t.notRegex(JSON.stringify(answer), TRACES);
  }
  await eventually(
    () => Promise.resolve(log()),
    (text) => text.length > 0,
  );
  t.notRegex(log(), TRACES);
});
