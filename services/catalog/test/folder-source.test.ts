import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test from 'ava';
import { createFolderSource } from '../src/adapters/folder/folder-source.ts';
import { catalogSourceContract, type TestFiles } from './catalog-source.contract.ts';

catalogSourceContract(test, async (t) => {
  const top = await mkdtemp(join(tmpdir(), 'pao-folder-source-'));
  t.teardown(() => rm(top, { recursive: true, force: true }));
  const folder = join(top, 'catalog');
  const commit = async (files: TestFiles): Promise<void> => {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder);
    for (const [path, file] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      if (typeof file === 'string' || file instanceof Uint8Array) await writeFile(join(folder, path), file);
      else await symlink(file.link, join(folder, path));
    }
  };
  return { source: createFolderSource(folder), commit, breakIt: () => rename(folder, join(top, 'elsewhere')) };
});
