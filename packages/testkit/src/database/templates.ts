import { createHash, randomUUID } from 'node:crypto';
import { migrate } from '@pao/postgres';
import { Client } from 'pg';
import type { DatabaseRequest, Server } from './protocol.ts';

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** Databases by copy: the migrations run once per set of schemas, and each caller gets a clone of what they made. */
export const createTemplates = (server: Server) => {
  const templates = new Map<string, Promise<string>>();

  const template = (request: DatabaseRequest): Promise<string> => {
    const key = JSON.stringify(request.schemas);
    const known = templates.get(key) ?? buildTemplate(server, request, key);
    templates.set(key, known);
    return known;
  };

  return {
    clone: async (request: DatabaseRequest): Promise<string> => {
      const name = `test_${randomUUID().replaceAll('-', '')}`;
      await execute(server, `CREATE DATABASE ${name} TEMPLATE ${await template(request)} STRATEGY file_copy`);
      return urlOf(server, name);
    },
    drop: (url: string): Promise<void> =>
      execute(server, `DROP DATABASE IF EXISTS ${new URL(url).pathname.slice(1)} WITH (FORCE)`),
  };
};

const buildTemplate = async (server: Server, request: DatabaseRequest, key: string): Promise<string> => {
  const name = `template_${createHash('sha256').update(key).digest('hex').slice(0, 16)}`;
  await execute(server, `CREATE DATABASE ${name}`);
  for (const { schema, migrations } of request.schemas) {
    await migrate({ url: urlOf(server, name), schema, directory: new URL(migrations), logger: silent });
  }
  return name;
};

const urlOf = (server: Server, database: string): string => {
  const url = new URL(server.url);
  url.pathname = `/${database}`;
  return url.href;
};

const execute = async (server: Server, statement: string): Promise<void> => {
  const client = new Client({ connectionString: server.url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
};
