import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '@pao/runtime';
import test, { type ExecutionContext } from 'ava';
import { FolderWatch } from './folder-watch.ts';

const logger = createLogger({ service: 'test', level: 'silent' });

const setUp = async (t: ExecutionContext) => {
  const folder = await mkdtemp(join(tmpdir(), 'pao-watch-'));
  await mkdir(join(folder, 'catalog/x'), { recursive: true });
  await writeFile(join(folder, 'catalog/x/a.yaml'), 'a');
  let changes = 0;
  let noticed = Promise.withResolvers<void>();
  const onChange = async (): Promise<void> => {
    changes += 1;
    noticed.resolve();
  };
  const watch = new FolderWatch({ folder, onChange, logger, settleMs: 20, patienceMs: 200 });
  await watch.start();
  t.teardown(async () => {
    await watch.stop();
    await rm(folder, { recursive: true, force: true });
  });
  /** Resolves with the next change that `act` leads to. */
  const changeAfter = async (act: () => Promise<unknown>): Promise<void> => {
    noticed = Promise.withResolvers<void>();
    await act();
    await noticed.promise;
  };
  return { folder, watch, changeAfter, changes: () => changes };
};

test('an edit, a new file, a new folder and what is put into it are noticed', async (t) => {
  const { folder, changeAfter } = await setUp(t);
  await changeAfter(() => writeFile(join(folder, 'catalog/x/a.yaml'), 'b'));
  await changeAfter(() => writeFile(join(folder, 'catalog/x/b.yaml'), 'b'));
  await changeAfter(() => mkdir(join(folder, 'bundles')));
  await changeAfter(() => writeFile(join(folder, 'bundles/c.yaml'), 'c'));
  await changeAfter(() => rm(join(folder, 'catalog/x/a.yaml')));
  await changeAfter(() => writeFile(join(folder, 'catalog/x/.tmp'), 'd'));
  await changeAfter(() => rename(join(folder, 'catalog/x/.tmp'), join(folder, 'catalog/x/a.yaml')));
  t.pass();
});

test('a CODEOWNERS that appears, and an edit of it, are noticed', async (t) => {
  const { folder, changeAfter } = await setUp(t);
  await changeAfter(() => mkdir(join(folder, '.github')));
  await changeAfter(() => writeFile(join(folder, '.github/CODEOWNERS'), '* @a'));
  await changeAfter(() => writeFile(join(folder, '.github/CODEOWNERS'), '* @b'));
  t.pass();
});

test('many changes at once are one', async (t) => {
  const { folder, changeAfter, changes } = await setUp(t);
  await changeAfter(async () => {
    for (let index = 0; index < 50; index += 1) await writeFile(join(folder, `catalog/x/${index}.yaml`), 'x');
  });
  t.true(changes() <= 3);
});

test('a failure does not end the watch', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'pao-watch-'));
  await mkdir(join(folder, 'catalog'));
  const calls: (() => void)[] = [];
  const called = [0, 1].map(() => new Promise<void>((resolve) => calls.push(resolve)));
  let count = 0;
  const onChange = async (): Promise<void> => {
    calls[count++]?.();
    throw new Error('the database is away');
  };
  const watch = new FolderWatch({ folder, onChange, logger, settleMs: 20 });
  await watch.start();
  t.teardown(async () => {
    await watch.stop();
    await rm(folder, { recursive: true, force: true });
  });
  await writeFile(join(folder, 'catalog/a.yaml'), 'a');
  await called[0];
  await writeFile(join(folder, 'catalog/b.yaml'), 'b');
  await called[1];
  t.is(count, 2);
});

test('after a stop nothing is noticed any more', async (t) => {
  const { folder, watch, changes } = await setUp(t);
  await watch.stop();
  await writeFile(join(folder, 'catalog/x/a.yaml'), 'c');
  await new Promise((resolve) => setTimeout(resolve, 100));
  t.is(changes(), 0);
});
