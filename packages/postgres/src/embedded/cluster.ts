import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Account } from './account.ts';
import type { Binaries } from './binaries.ts';
import { EmbeddedPostgresError } from './errors.ts';

export const SUPERUSER = 'pao';

export interface Cluster {
  /** PostgreSQL's own data directory (PGDATA). */
  readonly directory: string;
  readonly password: string;
  readonly fresh: boolean;
}

export interface ClusterOptions {
  readonly dataDirectory: string;
  readonly binaries: Binaries;
  readonly account: Account;
  readonly sync: boolean;
  /** Called when there is nothing to do but wait for `initdb`. */
  readonly onWaiting: () => void;
}

/**
 * Makes the cluster on the first start and finds it again on the next ones. It is prepared under another name and put in
 * place by one rename, so that a start that died half-way leaves nothing that looks finished.
 */
export const ensureCluster = async (options: ClusterOptions): Promise<Cluster> => {
  const directory = join(options.dataDirectory, 'cluster');
  const passwordFile = join(options.dataDirectory, 'password');
  if (existsSync(directory)) {
    await options.account.own(directory);
    await chmod(directory, 0o700);
    return { directory, password: (await readFile(passwordFile, 'utf8')).trim(), fresh: false };
  }
  const password = randomBytes(24).toString('base64url');
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  await options.account.own(passwordFile);
  const draft = join(options.dataDirectory, 'cluster.new');
  await rm(draft, { recursive: true, force: true });
  await initdb(draft, passwordFile, options);
  await rename(draft, directory);
  return { directory, password, fresh: true };
};

const initdb = async (draft: string, passwordFile: string, options: ClusterOptions): Promise<void> => {
  const flags = [
    `--pgdata=${draft}`,
    `--username=${SUPERUSER}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    // Stretching protects weak passwords; ours has 192 random bits, and each new connection would pay for it.
    '--set=scram_iterations=1',
    '--no-instructions',
    ...(options.sync ? [] : ['--no-sync']),
  ];
  const [file, args] = options.account.command(options.binaries.initdb, flags);
  const child = spawn(file, args, {
    ...options.account.spawn,
    cwd: options.dataDirectory,
    env: { PATH: process.env['PATH'], TZ: 'UTC', LC_ALL: 'C' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const exit = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => resolve(code === 0 ? '' : `ended with ${code ?? signal}`));
  });
  options.onWaiting();
  const [said, failure] = await Promise.all([text(child.stderr), exit]);
  if (failure === '') return;
  throw new EmbeddedPostgresError('init-failed', `initdb ${failure}: ${said.trim()}${options.account.advice}`);
};
