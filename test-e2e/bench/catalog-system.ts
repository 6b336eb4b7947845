import { createHmac, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CatalogEntry, CatalogSync } from '@pao/contracts';
import { createIdentitySigner, generateIdentityKeys, IDENTITY_HEADER } from '@pao/http';
import { answersAt, freePort, startProcess, startTestBus, testDatabase } from '@pao/testkit';
import { Pool } from 'undici';
import { proportionalMemoryMiB } from '../harness/processes.ts';

const SECRET = 'the secret of the benchmark';
const IDENTITY = { subject: 'key:bench', email: 'b@example.test', teams: [], roles: ['admin'], tenant: 'default' };

interface Page {
  readonly data: readonly CatalogEntry[];
  readonly pagination: { readonly nextCursor: string | null };
}

export interface CatalogSystem {
  /** Milliseconds from the start of the process to its first "ready". */
  readonly readyMs: number;
  get<Answer = Page>(path: string): Promise<Answer>;
  refresh(): Promise<CatalogSync>;
  sync(): Promise<CatalogSync>;
  /** Tells the catalog of a push, as GitHub does. */
  push(): Promise<void>;
  /** Waits until every message of the last sync is published. */
  published(): Promise<void>;
  /** After a collection of garbage. */
  memoryMiB(): Promise<number>;
  stop(): Promise<void>;
}

export interface CatalogSystemOptions {
  readonly folder: string;
  /** A PostgreSQL with durable writes; a throw-away one without when absent. */
  readonly database?: string | undefined;
  /** A folder for CPU profiles. */
  readonly profile?: string | undefined;
}

const environmentOf = async ({ folder, database, profile }: CatalogSystemOptions) => {
  const [url, bus, keys, port] = await Promise.all([
    database ?? testDatabase(),
    startTestBus(),
    generateIdentityKeys(),
    freePort(),
  ]);
  const environment = {
    PAO_HOST: '127.0.0.1',
    PAO_PORT: String(port),
    DATABASE_URL: url,
    PAO_CATALOG_SCHEMA: `bench_${randomUUID().slice(0, 8)}`,
    AWS_ENDPOINT_URL: bus.connection.endpoint,
    AWS_REGION: bus.connection.region,
    AWS_ACCESS_KEY_ID: bus.connection.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: bus.connection.credentials.secretAccessKey,
    PAO_BUS_PREFIX: bus.topology.prefix,
    PAO_IDENTITY_PUBLIC_KEYS: JSON.stringify(keys.publicKeys),
    PAO_CATALOG: folder,
    PAO_CATALOG_SWEEP_SECONDS: '86400',
    PAO_CATALOG_WEBHOOK_SECRETS: SECRET,
    PAO_LOG_LEVEL: 'warn',
    // A small nursery, as `npm start` has it.
    NODE_OPTIONS: `--max-semi-space-size=16 --inspect=127.0.0.1:0${profile === undefined ? '' : ` --cpu-prof --cpu-prof-dir=${profile}`}`,
  };
  return { environment, bus, keys, url: `http://127.0.0.1:${port}` };
};

/** Has a process collect its garbage, so that its memory is what it holds and not what V8 has not tidied yet. */
const collectGarbage = async (output: string): Promise<void> => {
  const url = /ws:\/\/\S+/.exec(output)?.[0];
  if (url === undefined) throw new Error(`no inspector: ${output}`);
  const socket = new WebSocket(url);
  await once(socket, 'open');
  for (let id = 1; id <= 3; id += 1) {
    socket.send(JSON.stringify({ id, method: 'HeapProfiler.collectGarbage' }));
    await once(socket, 'message');
  }
  socket.close();
  await once(socket, 'close');
};

/** The catalog service in a process of its own, called without the gateway. */
export const startCatalog = async (options: CatalogSystemOptions): Promise<CatalogSystem> => {
  const { environment, bus, keys, url } = await environmentOf(options);
  const began = performance.now();
  const entry = new URL('../../services/catalog/src/main.ts', import.meta.url);
  const service = await startProcess(entry, {
    environment,
    isReady: answersAt(`${url}/api/v1/health/ready`),
    timeoutMs: 300_000,
  });
  const readyMs = performance.now() - began;
  const signer = createIdentitySigner({ privateKey: keys.privateKey });
  const pool = new Pool(url, { connections: 20, pipelining: 1, headersTimeout: 120_000 });

  const call = async (method: 'GET' | 'POST', path: string, more: Record<string, string> = {}, body?: string) => {
    const headers = { [IDENTITY_HEADER]: await signer.sign(IDENTITY), ...more };
    const answer = await pool.request({ method, path: `/api/v1${path}`, headers, body: body ?? null });
    const text = await answer.body.text();
    if (answer.statusCode >= 300) throw new Error(`${method} ${path} answered ${answer.statusCode}: ${text}`);
    return text;
  };
  const sync = async (method: 'GET' | 'POST', path: string): Promise<CatalogSync> =>
    (JSON.parse(await call(method, path)) as { data: CatalogSync }).data;

  const push = async (): Promise<void> => {
    const body = JSON.stringify({ ref: 'refs/heads/main', after: 'a'.repeat(40) });
    const signature = `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`;
    const headers = {
      'content-type': 'application/json',
      'x-github-event': 'push',
      'x-github-delivery': randomUUID(),
      'x-hub-signature-256': signature,
    };
    await call('POST', '/webhooks/github', headers, body);
  };

  const published = async (): Promise<void> => {
    for (;;) {
      const { body } = await pool.request({ method: 'GET', path: '/metrics' });
      if (/^pao_outbox_waiting 0$/m.test(await body.text())) return;
      await sleep(100);
    }
  };

  return {
    readyMs,
    get: async <Answer>(path: string) => JSON.parse(await call('GET', path)) as Answer,
    refresh: () => sync('POST', '/catalog/refresh'),
    sync: () => sync('GET', '/catalog/sync'),
    push,
    published,
    memoryMiB: async () => {
      await collectGarbage(service.output());
      return proportionalMemoryMiB(service.pid);
    },
    stop: async () => {
      await pool.close();
      await service.stop();
      await bus.close();
    },
  };
};
