import type { CatalogItem } from '@pao/documents';
import test from 'ava';
import { aBundle, anItem } from './documents.ts';
import { required } from './given.ts';
import { type Answer, developer, type RunningService, startService } from './running-service.ts';

const entry = (rest: object) => ({
  schemaVersion: 'catalog/v1',
  catalogItemId: 'database-standard',
  input: { name: 'orders' },
  ...rest,
});
const VALID = { items: [entry({})] };

const countRows = async ({ database }: RunningService): Promise<readonly number[]> => {
  const [row] = await database.query<Record<string, number>>({
    text: `SELECT (SELECT count(*) FROM requests) AS r, (SELECT count(*) FROM tasks) AS t, (SELECT count(*) FROM audit) AS a,
      (SELECT count(*) FROM request_states) AS s, (SELECT count(*) FROM answers) AS k`,
  });
  return Object.values(row ?? {});
};

const fields = ({ body }: Answer<unknown>): string[] => body.error.details.map(({ field }) => field);

test('whatever is wrong with a submission, each field is named and nothing is stored', async (t) => {
  const service = await startService(t);
  await service.offer(anItem());
  const cases: [string, unknown, number, string, string[]][] = [
    [
      'unknown item',
      { items: [entry({ catalogItemId: 'nothing-here' })] },
      422,
      'UNKNOWN_CATALOG_ITEM',
      ['items[0].catalogItemId'],
    ],
    [
      'a bundle that is an item',
      { items: [{ ...entry({}), catalogItemId: undefined, bundleId: 'database-standard' }] },
      422,
      'UNKNOWN_CATALOG_ITEM',
      ['items[0].bundleId'],
    ],
    [
      'one unknown among good ones',
      { items: [entry({}), entry({ catalogItemId: 'nothing-here' })] },
      422,
      'UNKNOWN_CATALOG_ITEM',
      ['items[1].catalogItemId'],
    ],
    [
      'wrong types',
      { items: [entry({ input: { name: 5, basic: { storageGb: 'big' } } })] },
      422,
      'VALIDATION_FAILED',
      ['items[0].input.name', 'items[0].input.basic.storageGb'],
    ],
    [
      'out of range',
      { items: [entry({}), entry({ input: { name: 'a', basic: { storageGb: 5 } } })] },
      422,
      'VALIDATION_FAILED',
      ['items[1].input.basic.storageGb'],
    ],
    ['no name', { items: [entry({ input: {} })] }, 422, 'VALIDATION_FAILED', ['items[0].input.name']],
    [
      'a strange field',
      { items: [entry({ input: { name: 'a', basic: { other: 1 } } })] },
      422,
      'VALIDATION_FAILED',
      ['items[0].input.basic.other'],
    ],
    [
      'both ids',
      { items: [entry({ bundleId: 'database-standard' })] },
      422,
      'VALIDATION_FAILED',
      ['items[0].catalogItemId'],
    ],
    [
      'neither id',
      { items: [entry({ catalogItemId: undefined })] },
      422,
      'VALIDATION_FAILED',
      ['items[0].catalogItemId'],
    ],
    ['no items', { items: [] }, 422, 'VALIDATION_FAILED', ['items']],
    ['101 items', { items: Array.from({ length: 101 }, () => entry({})) }, 422, 'VALIDATION_FAILED', ['items']],
  ];
  for (const [title, body, status, code, expected] of cases) {
    const answer = await service.submit(body);
    t.is(answer.status, status, title);
    t.is(answer.body.error.code, code, title);
    t.deepEqual(fields(answer), expected, title);
  }
  t.is((await service.submit('{"items": [')).body.error.code, 'INVALID_JSON');
  t.is(
    (
      await service.submit(
        '{"items":[{"schemaVersion":"catalog/v1","catalogItemId":"database-standard","input":{"name":"a\\u0000b"}}]}',
      )
    ).status,
    400,
  );
  t.deepEqual(await countRows(service), [0, 0, 0, 0, 0]);
});

const text = (note: string) => JSON.stringify(VALID).replace('"orders"', `"orders","basic":{"note":"${note}"}`);

test('half a surrogate pair is refused, a whole one is kept', async (t) => {
  const service = await startService(t);
  await service.offer(anItem({ fields: [{ id: 'note', name: 'Note', type: 'string' }] }));
  const refused = await service.submit(text('x\\ud83d'));
  t.is(refused.body.error?.code, 'VALIDATION_FAILED');
  t.deepEqual(fields(refused), ['items[0].input.basic.note']);
  const accepted = await service.submit(text('x\\ud83d\\ude00'));
  t.is(accepted.status, 202);
  const { data } = (await service.get(`/requests/${required(accepted.body.data.requests[0]).id}`)).body;
  t.deepEqual(data.input.basic, { note: 'x😀' });
});

test('a hundred items are accepted as a whole', async (t) => {
  const service = await startService(t);
  await service.offer(anItem());
  const items = Array.from({ length: 100 }, (_, index) => entry({ input: { name: `db-${index}` } }));
  const { status, body } = await service.submit({ items });
  t.is(status, 202);
  t.is(new Set(body.data.requests.map(({ id }) => id)).size, 100);
  t.deepEqual(
    body.data.requests.map(({ name }) => name),
    items.map(({ input }) => input.name),
  );
  t.deepEqual(await countRows(service), [100, 100, 200, 100, 0]);
});

test('documents that ask for what is not there, or not set up, are refused with the reason', async (t) => {
  const service = await startService(t);
  const offered = async (rest: Partial<CatalogItem>, parts = {}) => {
    await service.offer(anItem({ ...parts, rest }));
    return service.submit(VALID);
  };
  const answers = [
    await offered({}, { fields: [{ id: 'secret', name: 'Secret', type: 'password' }] }),
    await offered({ policy: { environments: ['dev', 'prod'] } }),
  ];
  for (const { status, body } of answers) {
    t.is(status, 422);
    t.is(body.error.code, 'CATALOG_ITEM_INVALID');
    t.regex(body.error.details[0]?.issue ?? '', /yet$|PAO_DATA_KEYS is not set where the request service runs$/);
  }
  t.deepEqual(await countRows(service), [0, 0, 0, 0, 0]);
});

test('a bundle with an item that is not offered names it', async (t) => {
  const service = await startService(t);
  await service.offer(aBundle([{ id: 'a', catalogItem: 'nothing-here', dependsOn: [] }]));
  const { body } = await service.submit({
    items: [{ ...entry({}), catalogItemId: undefined, bundleId: 'bundle-webapp' }],
  });
  t.is(body.error.code, 'CATALOG_ITEM_INVALID');
  t.regex(body.error.details[0]?.issue ?? '', /nothing-here/);
});

test('only the teams that may see a document can request it', async (t) => {
  const service = await startService(t);
  await service.offer(anItem({ rest: { policy: { visibility: { teams: ['payments'] } } } }));
  t.is((await service.submit(VALID)).status, 202);
  const stranger = { ...developer, teams: ['others'] };
  t.is((await service.submit(VALID, { identity: stranger })).body.error.code, 'UNKNOWN_CATALOG_ITEM');
});

test('a repeated key replays the first answer, and another body is refused', async (t) => {
  const service = await startService(t);
  await service.offer(anItem());
  const options = { headers: { 'idempotency-key': 'key-1' } };
  const first = await service.submit(VALID, options);
  const second = await service.submit(VALID, options);
  t.is(first.status, 202);
  t.is(second.status, 202);
  t.deepEqual(second.body, first.body);
  const reordered = {
    items: [{ input: { name: 'orders' }, catalogItemId: 'database-standard', schemaVersion: 'catalog/v1' }],
  };
  t.deepEqual((await service.submit(reordered, options)).body, first.body);
  const other = await service.submit({ items: [entry({ input: { name: 'other' } })] }, options);
  t.is(other.status, 422);
  t.is(other.body.error.code, 'IDEMPOTENCY_MISMATCH');
  const somebody = { ...options, identity: { ...developer, subject: 'user:other' } };
  t.notDeepEqual((await service.submit(VALID, somebody)).body, first.body);
  t.is((await countRows(service))[0], 2);
});

test('the answer to a key is replayed when the item is no longer offered', async (t) => {
  const service = await startService(t);
  await service.offer(anItem());
  const options = { headers: { 'idempotency-key': 'key-1' } };
  const first = await service.submit(VALID, options);
  await service.database.query({ text: 'UPDATE catalog_documents SET retired = true' });
  await new Promise((resolve) => setTimeout(resolve, 10));
  t.deepEqual((await service.submit(VALID, options)).body, first.body);
  t.is((await service.submit(VALID)).body.error.code, 'UNKNOWN_CATALOG_ITEM');
});

test('a hundred concurrent calls with one key make one set of requests', async (t) => {
  const service = await startService(t);
  await service.offer(anItem());
  const options = { headers: { 'idempotency-key': 'race' } };
  const body = { items: [entry({}), entry({ input: { name: 'second' } })] };
  const answers = await Promise.all(Array.from({ length: 100 }, () => service.submit(body, options)));
  t.deepEqual([...new Set(answers.map(({ status }) => status))], [202]);
  t.is(new Set(answers.map(({ body: answer }) => JSON.stringify(answer))).size, 1);
  t.deepEqual((await countRows(service)).map(Number), [2, 2, 4, 2, 1]);
});

test('a replica that has not heard of a new version of a document takes it before it accepts', async (t) => {
  const service = await startService(t);
  await service.offer(anItem());
  const replica = await service.replica();
  t.is((await replica.submit(VALID)).status, 202);
  // Only this replica handles the message: what the other remembers is old now.
  await service.offer(anItem({ version: '2.0.0' }));
  const { body } = await replica.submit(VALID);
  t.is(body.data.requests[0]?.catalogVersion, '2.0.0');
});
