import { mkdtemp } from 'node:fs/promises';
import { migrate, openDatabase } from '@pao/postgres';
import { startEmbeddedPostgres } from '@pao/postgres/embedded';
import { createPostgresCatalogStore } from './src/adapters/postgres/postgres-catalog-store.ts';
import { checkedDocument, newId, outcomeOf } from './test/documents.ts';

const logger = { info() {}, warn: console.log, error: console.log, debug() {} };
const server = await startEmbeddedPostgres({
  dataDirectory: await mkdtemp('/tmp/pao-try-'),
  logger,
  ephemeral: true,
} as any);
try {
  await migrate({
    url: server.url,
    schema: 'pao_catalog',
    directory: new URL('./migrations/', import.meta.url),
    logger,
  });
  const database = openDatabase({ url: server.url, schema: 'pao_catalog', applicationName: 'x' });
  const store = createPostgresCatalogStore({ database, now: () => new Date(), newId, onMessages() {} });
  const publish = Array.from({ length: 2345 }, (_, i) => ({ document: checkedDocument(`item-${i}`), revision: i + 1 }));
  const t0 = performance.now();
  await store.exclusively(async (s) => {
    console.log((await store.report()).state);
    await s.finish(outcomeOf({ publish, revision: 2345, documents: 2345 }));
  });
  console.log('publish', performance.now() - t0);
  console.log((await store.changesSince(0)).length, await store.find('item-7'), await store.report());
  for (let i = 0; i < 12; i++)
    await store.exclusively((s) =>
      s.finish(
        outcomeOf({
          publish: [{ document: checkedDocument('item-1', {}, `x${i}`), revision: 3000 + i }],
          revision: 3000 + i,
          documents: 2345,
        }),
      ),
    );
  console.log(await database.query({ text: `select count(*), min(revision) from versions where id='item-1'` }));
  const o = outcomeOf({
    retire: [{ id: 'item-2', revision: 4000 }],
    move: [{ id: 'item-3', path: 'p' }],
    revision: 4000,
    documents: 2344,
  });
  await store.exclusively((s) =>
    s.finish({
      ...o,
      changes: {
        ...o.changes!,
        findings: [
          { path: 'p', line: 1, column: 2, severity: 'error', code: 'X', message: 'm', hint: 'h' },
          { path: 'p', line: 1, column: 2, severity: 'error', code: 'X', message: 'm' },
        ],
      },
    }),
  );
  console.log(await store.changesSince(3011), await store.find('item-2'), (await store.report()).findings);
  const dying = store.exclusively(async (s) => {
    await s.finish(
      outcomeOf({ publish: [{ document: checkedDocument('bbb'), revision: 5000 }], revision: 5000, documents: 1 }),
    );
    await database.query({
      text: `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE state = 'idle in transaction' AND datname = current_database()`,
    });
  });
  await dying.catch((e) => console.log(e.name, e.message));
  console.log(await store.find('bbb'), (await store.report()).revision);
  await database.close();
} finally {
  await server.stop();
}
