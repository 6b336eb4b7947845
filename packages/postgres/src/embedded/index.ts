import { mkdir, rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { errorMessage } from '@pao/kernel';
import { chooseAccount } from './account.ts';
import { findBinaries } from './binaries.ts';
import { ensureCluster, SUPERUSER } from './cluster.ts';
import { EmbeddedPostgresError } from './errors.ts';
import { type DirectoryLock, lockDirectory } from './lock.ts';
import { clearStalePostmaster } from './postmaster.ts';
import { ending, launch, type RunningServer } from './server.ts';
import { prepareSocketDirectory } from './socket.ts';
import { watchOver } from './watchdog.ts';

export { EmbeddedPostgresError, type EmbeddedPostgresFailure } from './errors.ts';

/** The part of a pino logger that is used here. */
export interface EmbeddedPostgresLogger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface EmbeddedPostgresOptions {
  /** Made when absent; holds the cluster, its password (mode 0600), the lock and `postgres.log`. */
  readonly dataDirectory: string;
  /** A port of 127.0.0.1; a free one when absent. */
  readonly port?: number;
  readonly logger: EmbeddedPostgresLogger;
  /** Server settings (`postgresql.conf` names) over the defaults. */
  readonly settings?: Readonly<Record<string, string>>;
  /** For tests: no durability, and the data directory is removed in the end. */
  readonly ephemeral?: boolean;
  /** The server stops when the process with this id ends, instead of this one: for a server that several share. */
  readonly whilePid?: number;
  /** Called as soon as all work is with PostgreSQL's own processes: from then on this thread may be busy with other things. */
  readonly onWaiting?: () => void;
}

export interface EmbeddedPostgres {
  /** Through the socket in the data directory where its path is short enough (a fifth less work a query), else `tcpUrl`. */
  readonly url: string;
  /** `postgresql://user:password@127.0.0.1:port/postgres` */
  readonly tcpUrl: string;
  /** Of the server's first process. */
  readonly pid: number;
  /** Ends the connections, writes a checkpoint and waits until the server is gone. */
  stop(): Promise<void>;
}

const SETTINGS = {
  listen_addresses: '127.0.0.1',
  max_connections: '100',
  shared_buffers: '128MB',
  fsync: 'on',
  synchronous_commit: 'on',
  // Every statement of ours is short: compiling it costs more than running it.
  jit: 'off',
  min_wal_size: '128MB',
  max_wal_size: '1GB',
  checkpoint_timeout: '15min',
  log_checkpoints: 'off',
  log_connections: '',
};

const EPHEMERAL_SETTINGS = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', autovacuum: 'off' };

/**
 * Runs a real PostgreSQL server that belongs to this process: it stops with `stop()`, and also when this process is
 * killed. Starts on what a killed predecessor left, and refuses a directory that a living process holds.
 * @throws EmbeddedPostgresError
 */
export const startEmbeddedPostgres = async (options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> => {
  const dataDirectory = resolve(options.dataDirectory);
  const began = performance.now();
  await makeDirectory(dataDirectory);
  const lock = lockDirectory(dataDirectory);
  try {
    const server = await startLocked({ ...options, dataDirectory }, lock);
    options.logger.info(
      { pid: server.pid, dataDirectory, startedInMs: Math.round(performance.now() - began) },
      'embedded PostgreSQL is up',
    );
    return server;
  } catch (error) {
    lock.release();
    throw error;
  }
};

const makeDirectory = async (directory: string): Promise<void> => {
  try {
    await mkdir(dirname(directory), { recursive: true });
    await mkdir(directory, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new EmbeddedPostgresError('not-permitted', `cannot make ${directory}: ${errorMessage(error)}`, error);
  }
};

const startLocked = async (options: EmbeddedPostgresOptions, lock: DirectoryLock): Promise<EmbeddedPostgres> => {
  const { dataDirectory, logger, ephemeral = false, onWaiting = () => undefined } = options;
  const binaries = findBinaries();
  const account = await chooseAccount([binaries.postgres, binaries.initdb, ...binaries.shared, dirname(dataDirectory)]);
  await account.own(dataDirectory);
  const cluster = await ensureCluster({ dataDirectory, binaries, account, sync: !ephemeral, onWaiting });
  const stale = await clearStalePostmaster(cluster.directory);
  if (stale !== 'none') logger.warn({ found: stale }, 'the last run of this data directory was killed; recovering');
  const socketDirectory = await prepareSocketDirectory(dataDirectory);
  const settings = {
    ...SETTINGS,
    unix_socket_directories: socketDirectory ?? '',
    ...(ephemeral ? EPHEMERAL_SETTINGS : {}),
    ...options.settings,
  };
  const server = await launch({
    postgres: binaries.postgres,
    account,
    dataDirectory,
    cluster: cluster.directory,
    port: options.port,
    settings,
    onWaiting,
  });
  const stop = takeOwnership(server, lock, {
    logger,
    whilePid: options.whilePid,
    removeAfterwards: ephemeral ? dataDirectory : undefined,
  });
  const tcpUrl = `postgresql://${SUPERUSER}:${cluster.password}@127.0.0.1:${server.port}/postgres`;
  const url = socketDirectory === undefined ? tcpUrl : `${tcpUrl}?host=${encodeURIComponent(socketDirectory)}`;
  return { url, tcpUrl, pid: server.pid, stop };
};

interface Ownership {
  readonly logger: EmbeddedPostgresLogger;
  readonly whilePid: number | undefined;
  readonly removeAfterwards: string | undefined;
}

const takeOwnership = (server: RunningServer, lock: DirectoryLock, options: Ownership): (() => Promise<void>) => {
  const { logger, removeAfterwards } = options;
  const watchdog = watchOver({ pid: server.pid, ...options });
  let stopping = false;
  const settle = async (): Promise<void> => {
    await ending(server.child);
    watchdog.dismiss();
    const { exitCode, signalCode } = server.child;
    if (!stopping) logger.error({ exitCode, signalCode }, 'embedded PostgreSQL ended by itself');
    lock.release();
    if (removeAfterwards !== undefined) await rm(removeAfterwards, { recursive: true, force: true });
  };
  const ended = settle();
  return async () => {
    if (!stopping) {
      stopping = true;
      server.child.kill('SIGINT');
      server.child.ref();
    }
    await ended;
  };
};
