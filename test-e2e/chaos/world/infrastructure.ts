import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startEmbeddedPostgres } from '@pao/postgres/embedded';
import { answersAt, freePort, startProcess } from '@pao/testkit';

/** Something that all services need, and that can be gone for a moment. */
export interface Infrastructure {
  /** `127.0.0.1:port` */
  readonly host: () => string;
  /** Ended without a word to anybody, away for so long, and started again on what it had written. */
  fail(awayMs: number): Promise<void>;
  stop(): Promise<void>;
}

const silent = { info: () => {}, warn: () => {}, error: () => {} };

const isListening = async (port: number): Promise<boolean> => {
  const socket = connect({ host: '127.0.0.1', port });
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
};

/** A durable PostgreSQL; `fail` is `pg_ctl stop -m immediate`. */
export const startDatabase = async (
  folder: string,
): Promise<Infrastructure & { readonly urlAt: (host: string) => string }> => {
  const start = () =>
    startEmbeddedPostgres({
      dataDirectory: join(folder, 'postgres'),
      logger: silent,
      settings: { max_connections: '200' },
    });
  let server = await start();
  const host = () => new URL(server.tcpUrl).host;
  return {
    host,
    urlAt: (at) => Object.assign(new URL(server.tcpUrl), { host: at }).href,
    fail: async (awayMs) => {
      const port = Number(new URL(server.tcpUrl).port);
      process.kill(server.pid, 'SIGQUIT');
      while (await isListening(port)) await sleep(5);
      await server.stop();
      await sleep(awayMs);
      server = await start();
    },
    stop: () => server.stop(),
  };
};

/** SNS and SQS with their messages on disk. */
export const startBus = async (folder: string): Promise<Infrastructure> => {
  const port = await freePort();
  const start = () =>
    startProcess(new URL('bus-process.ts', import.meta.url), {
      args: [join(folder, 'bus'), String(port)],
      isReady: answersAt(`http://127.0.0.1:${port}/health`),
    });
  let running = await start();
  return {
    host: () => `127.0.0.1:${port}`,
    fail: async (awayMs) => {
      await running.kill();
      await sleep(awayMs);
      running = await start();
    },
    stop: () => running.kill(),
  };
};
