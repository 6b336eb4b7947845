import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { temporaryDirectory } from '../harness/standalone.ts';
import { type GeneratedCatalog, writeCatalog } from './catalog-documents.ts';
import { type CatalogSystem, startCatalog } from './catalog-system.ts';
import { percentile, repeat } from './load.ts';

const { values: options } = parseArgs({
  options: {
    /** Sizes of the catalog, comma-separated. */
    sizes: { type: 'string', default: '1000,10000' },
    /** Of documents half as large. */
    small: { type: 'boolean', default: false },
    /** A PostgreSQL of your own, with durable writes. */
    database: { type: 'string' },
    /** A folder for CPU profiles of the service, one a size. */
    profile: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});

const rows: { readonly figure: string; readonly value: string }[] = [];

const report = (figure: string, value: string): void => {
  rows.push({ figure, value });
  if (!options.json) process.stdout.write(`${figure.padEnd(58)} ${value}\n`);
};

const ms = (value: number): string => `${value.toFixed(1)} ms`;

const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const started = performance.now();
  await work();
  return performance.now() - started;
};

const percentiles = (times: readonly number[]): string =>
  [50, 95, 99].map((percent) => `p${percent} ${ms(percentile(times, percent))}`).join(', ');

/** Where each page of the list begins. */
const pagesOf = async (system: CatalogSystem): Promise<readonly string[]> => {
  const paths = ['/catalog?limit=20'];
  for (;;) {
    const { pagination } = await system.get(paths.at(-1) ?? '');
    if (pagination.nextCursor === null) return paths;
    paths.push(`/catalog?limit=20&cursor=${pagination.nextCursor}`);
  }
};

const SEARCHES = ['blue', 'postgresql', 'queue silver', 'zone 7', 'encryption amber', 'nothing has this word'];

const browsing = async (system: CatalogSystem, label: string): Promise<void> => {
  const pages = await pagesOf(system);
  let next = 0;
  const page = (): Promise<number> => {
    next += 7;
    return timed(() => system.get(pages[next % pages.length] ?? ''));
  };
  const search = (): Promise<number> => {
    next += 1;
    return timed(() => system.get(`/catalog?limit=20&q=${encodeURIComponent(SEARCHES[next % SEARCHES.length] ?? '')}`));
  };
  await repeat(1_000, 20, page);
  report(`${label}: a page of 20, alone`, percentiles(await repeat(2_000, 1, page)));
  report(`${label}: a page of 20, 20 concurrent`, percentiles(await repeat(6_000, 20, page)));
  await repeat(100, 1, search);
  report(`${label}: a search, alone`, percentiles(await repeat(1_000, 1, search)));
};

/** Polls, as a browser that waits for it would. */
const untilFound = async (system: CatalogSystem, marker: string): Promise<void> => {
  while ((await system.get(`/catalog?limit=1&q=${marker}`)).data.length === 0);
};

const oneChanged = async (system: CatalogSystem, { change }: GeneratedCatalog, label: string): Promise<void> => {
  const visible: number[] = [];
  const firstSearch: number[] = [];
  for (let round = 0; round < 10; round += 1) {
    const marker = await change();
    visible.push(
      await timed(async () => {
        await system.push();
        await untilFound(system, marker);
      }),
    );
    await change();
    await system.refresh();
    firstSearch.push(await timed(() => system.get('/catalog?limit=20&q=blue')));
  }
  report(`${label}: one changed document, webhook to visible`, percentiles(visible));
  report(`${label}: the first search after a change`, percentiles(firstSearch));
};

const nothingChanged = async (system: CatalogSystem, label: string): Promise<void> => {
  const before = await system.sync();
  const times = await repeat(5, 1, () => timed(() => system.refresh()));
  const after = await system.sync();
  const written = JSON.stringify(before) === JSON.stringify(after) ? 'nothing written' : 'the state was written';
  report(`${label}: a sync that finds nothing new`, `${percentiles(times)}, ${written}`);
};

interface Baseline {
  readonly readyMs: number;
  readonly memoryMiB: number;
}

/** The service with next to nothing in it: what the figures of a full one are compared with. */
const measureBaseline = async (folder: string): Promise<Baseline> => {
  const { folder: catalog } = await writeCatalog(folder, 20, options.small ? 'small' : 'full');
  const system = await startCatalog({ folder: catalog, database: options.database });
  await system.published();
  await repeat(2_000, 20, () => system.get('/catalog?limit=20'));
  const baseline = { readyMs: system.readyMs, memoryMiB: await system.memoryMiB() };
  await system.stop();
  return baseline;
};

/** Answers the memory that it took in the end, in MiB. */
const measure = async (folder: string, size: number, baseline: Baseline): Promise<number> => {
  const label = size.toLocaleString('en');
  const catalog = await writeCatalog(folder, size, options.small ? 'small' : 'full');
  const system = await startCatalog({ ...options, folder: catalog.folder });
  report(`${label}: full load from an empty database`, ms(system.readyMs - baseline.readyMs));
  const { documents, findings } = await system.sync();
  if (documents !== size) throw new Error(`${documents} of ${size} are offered: ${JSON.stringify(findings[0])}`);
  await system.published();
  report(`${label}: the first search after the load`, ms(await timed(() => system.get('/catalog?limit=20&q=blue'))));
  await browsing(system, label);
  await nothingChanged(system, label);
  await oneChanged(system, catalog, label);
  const memory = await system.memoryMiB();
  report(`${label}: memory afterwards`, `${memory.toFixed(0)} MiB`);
  await system.stop();
  return memory;
};

const directory = await temporaryDirectory();
report(
  'machine',
  `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, Node.js ${process.version}; the load runs beside it`,
);
const baseline = await measureBaseline(join(directory.path, 'baseline'));
report('20 documents: start to ready, memory', `${ms(baseline.readyMs)}, ${baseline.memoryMiB.toFixed(0)} MiB`);
let smaller = { size: 20, memory: baseline.memoryMiB };
for (const size of options.sizes.split(',').map(Number)) {
  const memory = await measure(join(directory.path, String(size)), size, baseline);
  const each = ((memory - smaller.memory) * 1_024) / (size - smaller.size);
  report(`${size.toLocaleString('en')}: memory over that of ${smaller.size}`, `${each.toFixed(1)} KiB a document`);
  smaller = { size, memory };
}
await directory.remove();
if (options.json) process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
