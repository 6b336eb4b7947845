import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errorEnvelopeSchema, operations } from '@pao/contracts';
import test from 'ava';
import { writeStepCatalog } from './harness/catalog.ts';
import { type Standalone, startStandalone, temporaryDirectory } from './harness/standalone.ts';
import { getData } from './harness/steps.ts';

let system: Standalone;
let directory: { path: string; remove(): Promise<void> };

test.before(async () => {
  directory = await temporaryDirectory();
  const catalog = join(directory.path, 'catalog-repository');
  await writeStepCatalog(catalog, '127.0.0.1:9');
  await mkdir(join(catalog, 'catalog/broken'), { recursive: true });
  await writeFile(
    join(catalog, 'catalog/broken/item.yaml'),
    'schemaVersion: catalog/v1\nkind: CatalogItem\nmetadata: {\n',
  );
  system = await startStandalone({
    dataDirectory: join(directory.path, 'data'),
    sharesDatabaseServer: true,
    environment: { PAO_CATALOG: catalog },
  });
});

test.after.always(async () => {
  await system?.kill();
  await directory?.remove();
});

const entry = { schemaVersion: 'catalog/v1', catalogItemId: 'testing-steps-1', input: { name: 'fine' } };
const items = (...list: readonly unknown[]): string => JSON.stringify({ items: list });

const bad: readonly [title: string, body: string, status: number, code: string, field?: string][] = [
  ['malformed JSON', '{"items": [', 400, 'INVALID_JSON'],
  [
    'an unknown item',
    items({ ...entry, catalogItemId: 'no-such-item' }),
    422,
    'UNKNOWN_CATALOG_ITEM',
    'items[0].catalogItemId',
  ],
  [
    'neither an item nor a bundle',
    items({ schemaVersion: 'catalog/v1', input: {} }),
    422,
    'VALIDATION_FAILED',
    'items[0].catalogItemId',
  ],
  [
    'both an item and a bundle',
    items({ ...entry, bundleId: 'bundle-steps' }),
    422,
    'VALIDATION_FAILED',
    'items[0].catalogItemId',
  ],
  [
    'a field of the wrong type',
    items(entry, { ...entry, input: { name: 'fine', basic: { size: 'big' } } }),
    422,
    'VALIDATION_FAILED',
    'items[1].input.basic.size',
  ],
  ['a missing required field', items({ ...entry, input: {} }), 422, 'VALIDATION_FAILED', 'items[0].input.name'],
  [
    'a field nobody asked for',
    items({ ...entry, input: { name: 'fine', basic: { surprise: 1 } } }),
    422,
    'VALIDATION_FAILED',
    'items[0].input.basic.surprise',
  ],
  ['an empty array', items(), 422, 'VALIDATION_FAILED', 'items'],
  ['101 items', items(...Array.from({ length: 101 }, () => entry)), 422, 'VALIDATION_FAILED', 'items'],
  ['a body over 1 MiB', items({ ...entry, input: { name: 'x'.repeat(1_100_000) } }), 413, 'PAYLOAD_TOO_LARGE'],
  ['a NUL character', items({ ...entry, input: { name: 'a\u0000b' } }), 400, 'INVALID_JSON'],
  [
    'a document of another version',
    items({ ...entry, schemaVersion: 'catalog/v9' }),
    422,
    'VALIDATION_FAILED',
    'items[0].schemaVersion',
  ],
];

for (const [title, body, status, code, field] of bad) {
  test(`${title} is refused with ${status} ${code}, and nothing is stored`, async (t) => {
    const response = await fetch(`${system.url}/api/v1/requests`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    const envelope = errorEnvelopeSchema.safeParse(await response.json());
    t.is(response.status, status);
    t.true(envelope.success);
    t.is(envelope.data?.error.code, code);
    if (field !== undefined)
      t.true(
        envelope.data?.error.details.some((detail) => detail.field === field),
        JSON.stringify(envelope.data),
      );
    t.deepEqual(await getData(system, operations.listRequests), []);
  });
}

test('a broken document is listed with file, line and column, and the rest of the catalog serves', async (t) => {
  const { findings } = await getData(system, operations.getCatalogSync);
  const errors = findings.filter(({ severity }) => severity === 'error');
  t.true(errors.length > 0);
  t.true(errors.every(({ path, line, column }) => path === 'catalog/broken/item.yaml' && line > 0 && column > 0));
  t.is((await getData(system, operations.listCatalog)).length, 3);
});

test('other hosts and origins than loopback are refused', async (t) => {
  const attempt = async (headers: Record<string, string>): Promise<number> =>
    (await fetch(`${system.url}/api/v1/catalog`, { headers })).status;
  t.is(await attempt({ origin: 'http://127.0.0.1:3000' }), 200);
  t.is(await attempt({ origin: 'https://evil.example' }), 403);
  t.is(await attempt({ origin: 'null' }), 403);
  t.is(await attempt({ 'sec-fetch-site': 'cross-site' }), 403);
});
