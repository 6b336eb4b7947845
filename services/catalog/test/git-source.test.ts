import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { createGitSource, type GitSourceOptions } from '../src/adapters/git/git-source.ts';
import { catalogSourceContract } from './catalog-source.contract.ts';
import { createTestRepository, temporaryFolder } from './git-repository.ts';

const setUp = async (t: ExecutionContext, options: Partial<GitSourceOptions> = {}) => {
  const repository = await createTestRepository(t);
  const cacheDirectory = join(await temporaryFolder(t), 'cache');
  const source = createGitSource({
    url: repository.url,
    root: '',
    cacheDirectory,
    environment: process.env,
    ...options,
  });
  return { ...repository, source, cacheDirectory };
};

catalogSourceContract(test, async (t) => {
  const { source, commit, forcePush, folder } = await setUp(t);
  let away = false;
  const back = async (): Promise<void> => {
    if (away) await rename(`${folder}-away`, folder);
    away = false;
  };
  return {
    source,
    commit: async (files) => {
      await back();
      await commit(files);
    },
    forcePush,
    breakIt: async () => {
      away = true;
      await rename(folder, `${folder}-away`);
    },
  };
});
