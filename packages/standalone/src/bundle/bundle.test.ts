import { appendFile, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { bundledRun, inputAt, ROOT } from './bundle.ts';

/** A bundle of one source, both in a directory of their own. */
const aBundle = async (t: ExecutionContext): Promise<{ source: string; bundle: URL; entry: string }> => {
  const directory = await mkdtemp(join(tmpdir(), 'pao-bundle-'));
  t.teardown(() => rm(directory, { recursive: true }));
  const source = join(directory, 'source.ts');
  await writeFile(source, 'export {};');
  const path = relative(fileURLToPath(ROOT), source);
  await writeFile(join(directory, 'inputs.json'), JSON.stringify([inputAt(path)]));
  const bundle = pathToFileURL(`${directory}/`);
  return { source, bundle, entry: new URL('run.mjs', bundle).href };
};

test('a bundle is run while its sources are as they were', async (t) => {
  const { bundle, entry } = await aBundle(t);
  t.is(bundledRun({}, bundle)?.href, entry);
});

test('a source that was changed, touched or removed makes the sources run', async (t) => {
  for (const change of [
    (path: string) => appendFile(path, ' '),
    (path: string) => utimes(path, 1, 1),
    (path: string) => rm(path),
  ]) {
    const { source, bundle } = await aBundle(t);
    await change(source);
    t.is(bundledRun({}, bundle), undefined);
  }
});

test('without a bundle, or with half of one, the sources run', async (t) => {
  const { bundle } = await aBundle(t);
  await writeFile(new URL('inputs.json', bundle), '[["packages');
  t.is(bundledRun({}, bundle), undefined);
  t.is(bundledRun({}, new URL('nowhere/', bundle)), undefined);
});

test('what is traced runs from the sources', async (t) => {
  const { bundle } = await aBundle(t);
  t.is(bundledRun({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' }, bundle), undefined);
});
