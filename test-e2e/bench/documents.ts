import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  type CatalogDocument,
  type CatalogFile,
  type CatalogItem,
  formSchema,
  planActions,
  renderAction,
  validateCatalog,
} from '@pao/documents';
import { temporaryDirectory } from '../harness/standalone.ts';
import { listYaml, writeCatalog } from './catalog-documents.ts';

const { values: options } = parseArgs({
  options: {
    /** Sizes of the catalog, comma-separated. */
    sizes: { type: 'string', default: '1000,10000' },
    /** Of documents half as large. */
    small: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});

const rows: { readonly figure: string; readonly value: string }[] = [];

/** Wall clock and CPU of something that never waits. */
const measure = <T>(figure: string, work: () => T): T => {
  const cpu = process.cpuUsage();
  const started = performance.now();
  const result = work();
  const wall = performance.now() - started;
  const { user, system } = process.cpuUsage(cpu);
  const value = `${wall.toFixed(0)} ms, ${((user + system) / 1_000).toFixed(0)} ms of CPU`;
  rows.push({ figure, value });
  if (!options.json) process.stdout.write(`${figure.padEnd(58)} ${value}\n`);
  return result;
};

const readCatalog = async (count: number): Promise<readonly CatalogFile[]> => {
  const { path: folder, remove } = await temporaryDirectory();
  try {
    await writeCatalog(folder, count, options.small ? 'small' : 'full');
    const paths = await listYaml(folder);
    return await Promise.all(paths.map(async (path) => ({ path, text: await readFile(join(folder, path), 'utf8') })));
  } finally {
    await remove();
  }
};

const itemsOf = (documents: readonly { readonly document: CatalogDocument }[]): readonly CatalogItem[] =>
  documents.flatMap(({ document }) => (document.kind === 'CatalogItem' ? document : []));

const RENDERINGS = 10_000;

/** Actions of all items with the input of their first example, over and over. */
const renderings = (items: readonly CatalogItem[]) => {
  const prepared = items.flatMap((item) => {
    const input = item.examples?.[0]?.input;
    const plan = input === undefined ? undefined : planActions(item, { get: () => undefined }, input);
    if (!plan?.ok) return [];
    const { actions, metadata } = plan.value;
    return actions.slice(0, 1).map(({ action, input: { values, declaredPaths } }) => ({
      action,
      scope: { current: values, declared: new Set(declaredPaths), output: {}, metadata, system: {} },
    }));
  });
  const usable = prepared.filter(({ action, scope }) => renderAction(action, scope).ok);
  return () => {
    for (let done = 0; done < RENDERINGS; done += 1) {
      const one = usable[done % usable.length];
      if (one) renderAction(one.action, one.scope);
    }
  };
};

for (const size of options.sizes.split(',').map(Number)) {
  const label = size.toLocaleString('en');
  const files = await readCatalog(size);
  const bytes = files.reduce((sum, { text }) => sum + text.length, 0);
  const each = (bytes / size / 1024).toFixed(1);
  const { documents, findings } = measure(`${label}: validating documents of ${each} KiB`, () =>
    validateCatalog(files),
  );
  if (findings.some(({ severity }) => severity === 'error')) throw new Error('the generated documents are not valid');
  measure(`${label}: validating them again, warmed up`, () => validateCatalog(files));
  measure(`${label}: form schemas`, () => documents.map(({ document }) => formSchema(document)));
  const items = itemsOf(documents);
  measure(`${label}: rendering ${RENDERINGS.toLocaleString('en')} actions`, renderings(items));
}

if (options.json) process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
