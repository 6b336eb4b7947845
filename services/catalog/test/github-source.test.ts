import { type FakeFile, startFakeGithub } from '@pao/testkit';
import test from 'ava';
import { createGithubClient } from '../src/adapters/github/github-client.ts';
import { createGithubSource } from '../src/adapters/github/github-source.ts';
import { catalogSourceContract, type TestFiles } from './catalog-source.contract.ts';

export const fakeFiles = (files: TestFiles): Readonly<Record<string, FakeFile>> =>
  Object.fromEntries(
    Object.entries(files).map(([path, file]) => {
      const isLink = typeof file === 'object' && 'link' in file;
      return [path, isLink ? { mode: '120000', content: file.link } : file];
    }),
  );

catalogSourceContract(test, async (t) => {
  const github = await startFakeGithub();
  t.teardown(async () => {
    await github.close();
    if (github.violations.length > 0) throw new Error(github.violations.join('\n'));
  });
  const client = createGithubClient({
    apiUrl: github.apiUrl,
    owner: 'octo',
    repository: 'catalog',
    now: () => new Date(),
  });
  return {
    source: createGithubSource({ client, root: '' }),
    commit: async (files) => void github.repository.commit(fakeFiles(files)),
    forcePush: async (files) => void github.repository.commit(fakeFiles(files), { parents: [] }),
    breakIt: async () => github.spoil('git/get-ref', () => ({ status: 500 }), 1),
  };
});
