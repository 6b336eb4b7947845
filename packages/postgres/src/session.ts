import { Client, escapeIdentifier, type QueryConfig } from 'pg';
import { type ConnectionOptions, clientConfig } from './connection.ts';
import type { Session, Statement } from './database.ts';
import { breaksConnection, translateError } from './errors.ts';

/** How soon the server notices that this client is gone without a word, and frees its locks: in about 15 seconds. */
const SERVER_SETTINGS = [
  'tcp_keepalives_idle=5',
  'tcp_keepalives_interval=5',
  'tcp_keepalives_count=2',
  'tcp_user_timeout=15000',
  'client_connection_check_interval=5000',
].map((setting) => ` -c ${setting}`);

export const openSession = async (options: ConnectionOptions): Promise<Session> => {
  const config = clientConfig(options);
  const client = new Client({ ...config, options: `${config.options}${SERVER_SETTINGS.join('')}` });
  const ended = new Set<() => void>();
  const end = (): void => {
    for (const listener of ended) listener();
    ended.clear();
  };
  // A lost connection emits both; without a listener an error would end the process.
  client.on('error', end);
  client.on('end', end);
  try {
    await client.connect();
  } catch (thrown) {
    throw translateError(thrown, 'connect');
  }
  const close = async (): Promise<void> => {
    end();
    await client.end().catch(() => {});
  };
  const query = async <Row>(statement: Statement): Promise<readonly Row[]> => {
    try {
      const result = await client.query(statement as QueryConfig);
      return result.rows as Row[];
    } catch (thrown) {
      if (breaksConnection(thrown)) void close();
      throw translateError(thrown, statement.name ?? 'a statement');
    }
  };
  return {
    query,
    listen: async (channel) => void (await query({ text: `LISTEN ${escapeIdentifier(channel)}` })),
    onNotification: (listener) => {
      client.on('notification', (message) => listener(message.channel, message.payload ?? ''));
    },
    onEnd: (listener) => {
      ended.add(listener);
    },
    close,
  };
};
