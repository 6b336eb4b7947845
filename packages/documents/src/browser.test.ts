import { readdir, readFile } from 'node:fs/promises';
import test from 'ava';

const SOURCES = new URL('./', import.meta.url);

test('nothing but the generator and the tests needs Node', async (t) => {
  const names = (await readdir(SOURCES, { recursive: true })).filter((name) => name.endsWith('.ts'));
  const shipped = names.filter((name) => !/(\.test|\.fixture|^generate)\.ts$/.test(name));
  t.true(shipped.length > 50);
  for (const name of shipped) {
    const text = await readFile(new URL(name, SOURCES), 'utf8');
    t.notRegex(text, /from 'node:|\b(process|Buffer|__dirname|require)\b[.(]/, name);
  }
});

test('the entry point does not reach the generator', async (t) => {
  t.notRegex(await readFile(new URL('index.ts', SOURCES), 'utf8'), /generate|frames|fixture/);
});
