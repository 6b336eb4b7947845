import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { queryDatabase, testDatabase } from '@pao/testkit';
import { writeStepCatalog } from '../harness/catalog.ts';
import { startRestTarget } from '../harness/rest-target.ts';
import { startStandalone, temporaryDirectory } from '../harness/standalone.ts';
import { connectLoad, percentile, repeat } from './load.ts';

const { values: options } = parseArgs({
  options: { small: { type: 'boolean', default: false }, stored: { type: 'string' } },
});

const ITEM = 'testing-steps-1';
const STORED = Number(options.stored ?? (options.small ? 10_000 : 100_000));
const CALLS = options.small ? 100 : 500;

/** What people look at, as queries of the list. */
const VIEWS = {
  'the newest': '?limit=50',
  mine: '?limit=50&requestedBy=me',
  'what failed': '?limit=50&status=failed',
  'changed last': '?limit=50&sort=-updatedAt',
  'of one item': `?limit=50&catalogItemId=${ITEM}`,
  'with a text in the name': '?limit=50&q=copy-7',
};

/** Copies of a request that the service has stored itself, so that each row is one as it would write it. */
const copies = (count: number): string => `DO $$
DECLARE
  columns text;
  state_columns text;
BEGIN
  SELECT string_agg(quote_ident(column_name), ', ') INTO columns FROM information_schema.columns
    WHERE table_schema = current_schema() AND table_name = 'requests' AND is_generated = 'NEVER';
  SELECT string_agg(quote_ident(column_name), ', ') INTO state_columns FROM information_schema.columns
    WHERE table_schema = current_schema() AND table_name = 'request_states' AND is_generated = 'NEVER';
  CREATE TEMP TABLE copies AS SELECT n, (lpad(to_hex((1700000000000 + n * 1000)::bigint), 12, '0') || '70008000' || lpad(to_hex(n), 12, '0'))::uuid AS copy_id,
    to_timestamp(1700000000 + n) AS copied_at FROM generate_series(1, ${count}) AS n;
  EXECUTE format('INSERT INTO requests (%s) SELECT %s FROM copies, LATERAL (SELECT * FROM json_populate_record((SELECT r FROM requests r LIMIT 1),
    json_build_object(''id'', copies.copy_id, ''submission_id'', copies.copy_id, ''created_at'', copies.copied_at, ''name'', ''copy-'' || copies.n,
      ''requested_by'', ''person-'' || copies.n %% 100 || ''@example.test''))) AS made', columns, columns);
  EXECUTE format('INSERT INTO request_states (%s) SELECT %s FROM copies, LATERAL (SELECT * FROM json_populate_record((SELECT s FROM request_states s LIMIT 1),
    json_build_object(''request_id'', copies.copy_id, ''updated_at'', copies.copied_at, ''status'', CASE WHEN copies.n %% 50 = 0 THEN ''failed'' ELSE ''completed'' END))) AS made',
    state_columns, state_columns);
END $$`;

const report = (figure: string, value: string): void => {
  process.stdout.write(`${figure.padEnd(58)} ${value}\n`);
};

const url = await testDatabase();
const directory = await temporaryDirectory();
const target = await startRestTarget();
const catalog = join(directory.path, 'catalog');
await writeStepCatalog(catalog, target.host);
const system = await startStandalone({
  dataDirectory: join(directory.path, 'data'),
  environment: { PAO_CATALOG: catalog, PAO_EGRESS_ALLOW: target.host, DATABASE_URL: url },
});
const load = connectLoad(system.url, 20);
await load.submitAndWait(ITEM);
await load.drained();
// As autovacuum leaves tables that grew over months.
await queryDatabase(
  { url, schema: 'pao_request' },
  copies(STORED),
  'VACUUM ANALYZE requests',
  'VACUUM ANALYZE request_states',
);
report('stored', `${STORED} requests`);

const read = async (query: string): Promise<number> => {
  const started = performance.now();
  const answer = await fetch(`${system.url}/api/v1/requests${query}`);
  await answer.arrayBuffer();
  if (answer.status !== 200) throw new Error(`${query} answered ${answer.status}`);
  return performance.now() - started;
};

for (const [name, query] of Object.entries(VIEWS)) {
  await repeat(50, 5, () => read(query));
  for (const concurrency of [1, 10]) {
    const times = await repeat(CALLS, concurrency, () => read(query));
    const figures = [50, 95].map((percent) => `p${percent} ${percentile(times, percent).toFixed(1)} ms`);
    report(`a list of 50, ${name}, ${concurrency} at once`, figures.join(', '));
  }
}
await load.close();
await system.stop();
await target.close();
await directory.remove();
process.exit(0);
