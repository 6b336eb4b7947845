import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { createMemoryBus, createTopology } from '@pao/bus';
import { createIdentitySigner, generateIdentityKeys, IDENTITY_HEADER } from '@pao/http';
import { startEmbeddedPostgres } from '@pao/postgres/embedded';
import { createLogger } from '@pao/runtime';
import { createCatalogService, readCatalogConfig } from './src/index.ts';

const N = Number(process.argv[2] ?? 1000);
const base = new URL('../../packages/catalog-starter/repository/catalog/', import.meta.url);
const names = ['compute/eks-application', 'databases/postgresql-standard', 'security/parameterstore-standard'];
const ids = ['compute-eks-application', 'database-postgresql-standard', 'security-parameterstore-standard'];
const texts = await Promise.all(names.map((n) => readFile(new URL(`${n}.yaml`, base), 'utf8')));
const folder = await mkdtemp('/tmp/pao-bench-');
for (const d of ['compute', 'databases', 'security']) await mkdir(`${folder}/catalog/${d}`, { recursive: true });
for (let i = 0; i < N; i++)
  await writeFile(
    `${folder}/catalog/${names[i % 3]!.split('/')[0]}/n${i}.yaml`,
    texts[i % 3]!.replaceAll(ids[i % 3]!, `${ids[i % 3]}-${i}`),
  );
const logger = createLogger({ service: 'bench', level: 'info' });
const server = await startEmbeddedPostgres({
  dataDirectory: await mkdtemp('/tmp/pao-benchdb-'),
  logger,
  ephemeral: true,
} as never);
const { privateKey, publicKeys } = await generateIdentityKeys();
const token = await createIdentitySigner({ privateKey, lifetimeSeconds: 3600 }).sign({
  subject: 'u',
  email: 'e@x.y',
  teams: [],
  roles: [],
  tenant: 'default',
});
const config = readCatalogConfig({
  DATABASE_URL: server.url,
  PAO_IDENTITY_PUBLIC_KEYS: JSON.stringify(publicKeys),
  PAO_CATALOG: folder,
  PAO_PORT: '0',
});
const bus = createMemoryBus(createTopology());
let t = performance.now();
const service = createCatalogService(config, { logger: createLogger({ service: 'x', level: 'warn' }), bus });
try {
  await service.start();
  console.log('first start', Math.round(performance.now() - t), 'ms for', N, 'cpu s', process.cpuUsage().user / 1e6);
  const agent = new Agent({ keepAlive: true, maxSockets: 50 });
  const call = (path: string, method = 'GET') =>
    new Promise<string>((resolve, reject) => {
      request(
        {
          port: service.port,
          host: '127.0.0.1',
          path: `/api/v1${path}`,
          method,
          agent,
          headers: { [IDENTITY_HEADER]: token },
        },
        (r) => {
          let s = '';
          r.on('data', (d) => (s += d));
          r.on('end', () => resolve(s));
        },
      )
        .on('error', reject)
        .end();
    });
  const measure = async (name: string, path: () => string, n: number, c = 1) => {
    const times: number[] = [];
    let left = n;
    await Promise.all(
      Array.from({ length: c }, async () => {
        while (left-- > 0) {
          const a = performance.now();
          await call(path());
          times.push(performance.now() - a);
        }
      }),
    );
    times.sort((a, b) => a - b);
    console.log(name, 'p50', times[n >> 1]!.toFixed(2), 'p95', times[Math.floor(n * 0.95)]!.toFixed(2));
  };
  t = performance.now();
  await call('/catalog?limit=20');
  console.log('first page', (performance.now() - t).toFixed(1));
  t = performance.now();
  await call('/catalog?q=database');
  console.log('first search', (performance.now() - t).toFixed(1));
  await measure('warm', () => '/catalog?limit=20', 300);
  await measure('page of 20', () => '/catalog?limit=20', 500);
  await measure('page of 20, 20 concurrent', () => '/catalog?limit=20', 2000, 20);
  await measure('search', () => `/catalog?limit=20&q=application+${Math.floor(Math.random() * N)}`, 300);
  await measure('item', () => `/catalog/${ids[1]}-${1 + 3 * Math.floor(Math.random() * (N / 3 - 1))}`, 300);
  await measure('form', () => `/catalog/${ids[1]}-${1 + 3 * Math.floor(Math.random() * (N / 3 - 1))}/form`, 300);
  t = performance.now();
  await call('/catalog/refresh', 'POST');
  console.log('refresh, nothing changed', Math.round(performance.now() - t));
  await writeFile(
    `${folder}/catalog/databases/n1.yaml`,
    texts[1]!.replaceAll(ids[1]!, `${ids[1]}-1`).replace('version: 1.0.0', 'version: 1.0.1'),
  );
  t = performance.now();
  while (!(await call(`/catalog/${ids[1]}-1`)).includes('"version":"1.0.1"'))
    await new Promise((r) => setTimeout(r, 5));
  console.log('edit visible after', Math.round(performance.now() - t));
  console.log(
    'rss',
    Math.round(process.memoryUsage().rss / 1e6),
    'heap',
    Math.round(process.memoryUsage().heapUsed / 1e6),
  );
  await service.stop();
  const again = createCatalogService(config, { logger: createLogger({ service: 'x', level: 'warn' }), bus });
  t = performance.now();
  await again.start();
  console.log('second start', Math.round(performance.now() - t));
  await again.stop();
} finally {
  await server.stop();
  await rm(folder, { recursive: true });
}
