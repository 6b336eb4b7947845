import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Bus, createMemoryBus, createTopology } from '@pao/bus';
import { starterRepository } from '@pao/catalog-starter';
import type { CatalogEntry, CatalogSync, ErrorDetail, Pagination } from '@pao/contracts';
import { createIdentitySigner, generateIdentityKeys, IDENTITY_HEADER, type Identity } from '@pao/http';
import type { JsonObject } from '@pao/kernel';
import { createLogger, type Logger } from '@pao/runtime';
import { testDatabase } from '@pao/testkit';
import type { ExecutionContext } from 'ava';
import { type CatalogConfig, createCatalogService, readCatalogConfig } from '../src/index.ts';

const migrations = new URL('../migrations/', import.meta.url);
const logger = createLogger({ service: 'test', level: 'silent' });

const developer: Identity = {
  subject: 'user:dev',
  email: 'dev@example.test',
  teams: ['payments'],
  roles: ['developer'],
  tenant: 'default',
};

/** A success has the first two, an error the last: a test that looks at the wrong one fails. */
interface Body<Data> {
  readonly data: Data;
  readonly pagination: Pagination;
  readonly error: { readonly code: string; readonly message: string; readonly details: readonly ErrorDetail[] };
}

interface Answer<Data> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body<Data>;
}

type Init = Omit<RequestInit, 'headers'> & { readonly headers?: Readonly<Record<string, string>> };

type Call = <Data>(path: string, init?: Init) => Promise<Answer<Data>>;

interface Replica {
  readonly call: Call;
  /** What the last sync did, once none is under way. */
  readonly sync: () => Promise<CatalogSync>;
  readonly refresh: () => Promise<Answer<CatalogSync>>;
  readonly list: (query?: string) => Promise<Answer<readonly CatalogEntry[]>>;
  readonly get: (path: string, headers?: Readonly<Record<string, string>>) => Promise<Answer<JsonObject>>;
}

interface World {
  /** The catalog repository that is served: a copy of four documents of the starter catalog. */
  readonly folder: string;
  readonly config: CatalogConfig;
  readonly bus: Bus;
  /** Starts the service; several share the database, the bus and the folder. */
  readonly start: (overrides?: Partial<CatalogConfig>, log?: Logger) => Promise<Replica>;
  readonly write: (path: string, text: string | Uint8Array) => Promise<void>;
}

/** The tests count and alter these; the starter catalog holds more. */
const DOCUMENTS = [
  'bundles/webapp-standard.yaml',
  'catalog/compute/eks-application.yaml',
  'catalog/databases/postgresql-standard.yaml',
  'catalog/security/parameterstore-standard.yaml',
];

const copyOfStarter = async (t: ExecutionContext): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'pao-catalog-service-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  for (const path of DOCUMENTS) await cp(new URL(path, starterRepository), join(folder, path));
  return folder;
};

const callerOf = (port: () => number, token: () => Promise<string>): Call => {
  return async <Data>(path: string, init: Init = {}) => {
    const headers = { ...init.headers, [IDENTITY_HEADER]: await token() };
    const response = await fetch(`http://127.0.0.1:${port()}/api/v1${path}`, { ...init, headers });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: JSON.parse(text || '{}') as Body<Data> };
  };
};

const replicaOf = (call: Call): Replica => ({
  call,
  sync: async () => {
    const { body } = await eventually(
      () => call<CatalogSync>('/catalog/sync'),
      (answer) => answer.body.data.state !== 'running',
    );
    return body.data;
  },
  refresh: () => call('/catalog/refresh', { method: 'POST' }),
  list: (query = '') => call(`/catalog${query}`),
  // Without the cache mode, fetch adds a header that asks for the whole answer.
  get: (path, headers = {}) => call(path, { headers, cache: 'no-cache' }),
});

/** What a catalog service needs around it: a real database, a memory bus, a folder. */
export const createWorld = async (t: ExecutionContext): Promise<World> => {
  const { privateKey, publicKeys } = await generateIdentityKeys();
  const signer = createIdentitySigner({ privateKey });
  const bus = createMemoryBus(createTopology());
  const folder = await copyOfStarter(t);
  const config = readCatalogConfig({
    DATABASE_URL: await testDatabase({ schema: 'pao_catalog', migrations }),
    PAO_IDENTITY_PUBLIC_KEYS: JSON.stringify(publicKeys),
    PAO_CATALOG: folder,
    PAO_PORT: '0',
    // A stop waits for the receive that is under way.
    PAO_BUS_WAIT_SECONDS: '1',
  });
  return {
    folder,
    config,
    bus,
    write: (path, text) => writeFile(join(folder, path), text),
    start: async (overrides = {}, log = logger) => {
      const service = createCatalogService({ ...config, ...overrides }, { logger: log, bus });
      await service.start();
      t.teardown(() => service.stop());
      return replicaOf(
        callerOf(
          () => service.port,
          () => signer.sign(developer),
        ),
      );
    },
  };
};

/** Asks until the answer is as expected; the test's own limit ends a wait in vain. */
export const eventually = async <T>(ask: () => Promise<T>, expected: (answer: T) => boolean): Promise<T> => {
  for (;;) {
    const answer = await ask();
    if (expected(answer)) return answer;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};
