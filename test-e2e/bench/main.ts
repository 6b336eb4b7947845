import { execFile } from 'node:child_process';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { writeChainedItem, writeStepCatalog } from '../harness/catalog.ts';
import { startRestTarget } from '../harness/rest-target.ts';
import { type Standalone, startStandalone, temporaryDirectory } from '../harness/standalone.ts';
import { connectLoad, type Load, percentile, repeat } from './load.ts';
import { cpuUsage, difference, memoryUsage, type Usage } from './usage.ts';

const ONE = 'testing-steps-1';
const THREE = 'testing-steps-3';
const CHAIN = 'testing-chain-3';

/** Requests of each kind before those that count. */
const WARM_UP = 300;

const { values: options } = parseArgs({
  options: {
    requests: { type: 'string', default: '500' },
    /** Requests to store before the figures are taken again; 0 leaves that part out. */
    stored: { type: 'string', default: '0' },
    json: { type: 'boolean', default: false },
    /** A folder for CPU profiles of the services: two a start, one of the executor's thread. */
    profile: { type: 'string' },
    /** Leaves the latencies and the single requests out. */
    throughput: { type: 'boolean', default: false },
  },
});

const rows: { readonly figure: string; readonly value: string }[] = [];

const report = (figure: string, value: string): void => {
  rows.push({ figure, value });
  if (!options.json) process.stdout.write(`${figure.padEnd(58)} ${value}\n`);
};

const ms = (value: number): string => `${value.toFixed(1)} ms`;

const perThousand = (usage: Usage, requests: number): string => {
  const scale = (seconds: number): string => ((seconds / requests) * 1000).toFixed(2);
  const own = scale(usage.pao + usage.postgres);
  return `${own} s (services ${scale(usage.pao)}, PostgreSQL ${scale(usage.postgres)}; apart: emulator and target stand-ins ${scale(usage.outside)})`;
};

const submitLatency = async (load: Load, concurrency: number, samples: number): Promise<void> => {
  const latencies = (await repeat(samples, concurrency, () => load.submit(ONE))).map((result) => result.ms);
  await load.drained();
  const figures = [50, 95, 99].map((percent) => `p${percent} ${ms(percentile(latencies, percent))}`);
  report(`submit, ${concurrency} concurrent, ${samples} calls`, figures.join(', '));
};

const throughput = async (system: Standalone, load: Load, item: string, label: string): Promise<void> => {
  const requests = Number(options.requests);
  // What is compiled for this way alone is compiled by then.
  await repeat(WARM_UP, 100, () => load.submit(item));
  await load.drained();
  const before = cpuUsage(system.pid);
  const started = performance.now();
  await repeat(requests, 50, () => load.submit(item));
  await load.drained();
  const seconds = (performance.now() - started) / 1000;
  const used = difference(cpuUsage(system.pid), before);
  report(`${label}: end to end, ${requests} requests`, `${(requests / seconds).toFixed(0)} requests/s`);
  report(`${label}: CPU per 1,000 requests`, perThousand(used, requests));
};

const single = async (load: Load): Promise<void> => {
  const times = await repeat(100, 1, () => load.submitAndWait(ONE));
  report(
    'one one-task request alone, submit to completed',
    `p50 ${ms(percentile(times, 50))}, p95 ${ms(percentile(times, 95))}`,
  );
};

const figures = async (system: Standalone, load: Load, suffix: string): Promise<void> => {
  await throughput(system, load, ONE, `one task${suffix}`);
  await throughput(system, load, THREE, `three tasks${suffix}`);
  await throughput(system, load, CHAIN, `three tasks in a chain${suffix}`);
  if (!options.throughput) await single(load);
};

const measure = async (system: Standalone): Promise<void> => {
  const load = connectLoad(system.url, 100);
  // Opens every connection too: a server that is busy accepts new ones slowly, which is not what is measured here.
  await repeat(WARM_UP, 100, () => load.submit(ONE));
  await load.drained();
  if (!options.throughput) {
    await submitLatency(load, 1, 200);
    await submitLatency(load, 20, 1_000);
    await submitLatency(load, 100, 2_000);
  }
  await figures(system, load, '');
  const stored = Number(options.stored);
  if (stored > 0) {
    await repeat(stored, 50, () => load.submit(ONE));
    await load.drained();
    await figures(system, load, `, ${stored} more stored`);
  }
  const memory = memoryUsage(system.pid);
  report(
    'memory after the load',
    `${(memory.pao + memory.outside).toFixed(0)} MiB without PostgreSQL (services ${memory.pao.toFixed(0)}, emulator and sandbox ${memory.outside.toFixed(0)}); PostgreSQL ${memory.postgres.toFixed(0)} MiB`,
  );
  await load.close();
};

// What `npm ci` makes, also when a source was changed since.
await promisify(execFile)(process.execPath, [
  fileURLToPath(new URL('../../packages/standalone/src/bundle/build.ts', import.meta.url)),
]);
const directory = await temporaryDirectory();
const target = await startRestTarget();
const catalog = join(directory.path, 'catalog');
await writeStepCatalog(catalog, target.host);
await writeChainedItem(catalog, target.host);
const start = (): Promise<Standalone> =>
  startStandalone({
    dataDirectory: join(directory.path, 'data'),
    environment: { PAO_CATALOG: catalog, PAO_EGRESS_ALLOW: target.host },
    nodeArguments: options.profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${options.profile}`],
  });

report(
  'machine',
  `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, Node.js ${process.version}; the load runs beside it`,
);
let system = await start();
report('start-up, cold (an empty data directory)', ms(system.startUpMs));
await measure(system);
await system.stop();
system = await start();
report('start-up, warm', ms(system.startUpMs));
await system.stop();
await target.close();
await directory.remove();
if (options.json) process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
