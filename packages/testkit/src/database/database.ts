import type { DatabaseMessage, TestSchema } from './protocol.ts';

export type { TestSchema } from './protocol.ts';

/**
 * A database of one's own with the given schemas migrated, on a real PostgreSQL server that all test files of the run
 * share; about 30 ms once another file has used the same schemas. Gone when the test file ends. Only within AVA.
 * @returns its URL, for `openDatabase`
 */
export const testDatabase = async (...schemas: readonly TestSchema[]): Promise<string> => {
  const worker = await connectToServer();
  const request = {
    schemas: schemas.map(({ schema, migrations }) => ({ schema, migrations: migrations.href })),
  };
  for await (const { data } of worker.publish(request).replies()) return urlIn(data);
  throw new Error('the test database server did not answer');
};

const urlIn = (answer: DatabaseMessage): string => {
  if ('url' in answer) return answer.url;
  throw new Error(`no test database: ${'failure' in answer ? answer.failure : 'unexpected answer'}`);
};

let connection: ReturnType<typeof register> | undefined;

const connectToServer = async () => {
  connection ??= register();
  return connection;
};

// Loaded late: AVA's plugin interface refuses to be imported anywhere but in a test file's process.
const register = async () => {
  const { registerSharedWorker } = await import('ava/plugin');
  const worker = registerSharedWorker<DatabaseMessage>({
    filename: new URL('shared-server.ts', import.meta.url),
    supportedProtocols: ['ava-4'],
  });
  await worker.available;
  return worker;
};
