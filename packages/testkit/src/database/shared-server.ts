import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { errorMessage } from '@pao/kernel';
import { startEmbeddedPostgres } from '@pao/postgres/embedded';
import type { SharedWorker } from 'ava/plugin';
import type { DatabaseAnswer, DatabaseMessage } from './protocol.ts';
import { createTemplates } from './templates.ts';

type Message = SharedWorker.ReceivedMessage<DatabaseMessage>;

const logger = {
  info: () => {},
  warn: () => {},
  error: (fields: object, message: string) => process.stderr.write(`${message} ${JSON.stringify(fields)}\n`),
};

/**
 * Runs once in AVA's main process, for all test files together: one throw-away PostgreSQL server. It dies with AVA, and
 * its files go with it.
 */
const serveDatabases = async ({ negotiateProtocol }: SharedWorker.FactoryOptions): Promise<void> => {
  const protocol = negotiateProtocol<DatabaseMessage>(['ava-4']).ready();
  const server = startEmbeddedPostgres({
    dataDirectory: await mkdtemp(join(tmpdir(), 'pao-test-')),
    logger,
    settings: { max_connections: '400' },
    ephemeral: true,
  });
  const templates = server.then(createTemplates);

  const answer = async (message: Message): Promise<DatabaseAnswer> => {
    if (!('schemas' in message.data)) return { failure: 'not a request' };
    const { clone, drop } = await templates;
    const url = await clone(message.data);
    message.testWorker.teardown(() => drop(url));
    return { url };
  };

  for await (const message of protocol.subscribe()) {
    // Not awaited: test files are served side by side.
    answer(message).then(message.reply, (error: unknown) => message.reply({ failure: errorMessage(error) }));
  }
};

// oxlint-disable-next-line import/no-default-export -- the interface of AVA's shared workers
export default serveDatabases;
