import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { ExecutionContext } from 'ava';
import type { TestFiles } from './catalog-source.contract.ts';

const run = promisify(execFile);

/** A folder that is gone after the test. */
export const temporaryFolder = async (t: ExecutionContext): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'pao-git-'));
  t.teardown(async () => {
    await chmod(folder, 0o700).catch(() => undefined);
    await rm(folder, { recursive: true, force: true });
  });
  return folder;
};

const writeFiles = async (folder: string, files: TestFiles): Promise<void> => {
  for (const [path, file] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    if (typeof file === 'string' || file instanceof Uint8Array) await writeFile(join(folder, path), file);
    else await symlink(file.link, join(folder, path));
  }
};

export interface TestRepository {
  readonly folder: string;
  readonly url: string;
  readonly git: (...args: readonly string[]) => Promise<string>;
  /** Makes the files the next commit of the branch that is checked out. */
  readonly commit: (files: TestFiles) => Promise<void>;
  readonly forcePush: (files: TestFiles) => Promise<void>;
}

/** A real repository, made by git. */
export const createTestRepository = async (t: ExecutionContext): Promise<TestRepository> => {
  const folder = join(await temporaryFolder(t), 'repository');
  await mkdir(folder);
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: folder,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_AUTHOR_NAME: 'Test',
    GIT_AUTHOR_EMAIL: 'test@example.com',
    GIT_COMMITTER_NAME: 'Test',
    GIT_COMMITTER_EMAIL: 'test@example.com',
  };
  const git = async (...args: readonly string[]): Promise<string> =>
    (await run('git', [...args], { cwd: folder, env })).stdout.trim();
  await git('init', '--quiet', '--initial-branch=main');
  await git('config', 'core.autocrlf', 'false');
  const commit = async (files: TestFiles): Promise<void> => {
    await git('rm', '-r', '-f', '-q', '--ignore-unmatch', '.');
    await writeFiles(folder, files);
    await git('add', '--all', '--force');
    await git('commit', '--quiet', '--allow-empty', '--message', 'change');
  };
  const forcePush = async (files: TestFiles): Promise<void> => {
    await git('checkout', '--quiet', '--orphan', 'replacement');
    await commit(files);
    await git('branch', '--quiet', '--force', '-M', 'main');
  };
  return { folder, url: `file://${folder}`, git, commit, forcePush };
};
