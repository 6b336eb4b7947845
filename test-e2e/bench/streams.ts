import { request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { writeStepCatalog } from '../harness/catalog.ts';
import { startRestTarget } from '../harness/rest-target.ts';
import { startStandalone, temporaryDirectory } from '../harness/standalone.ts';
import { connectLoad, percentile } from './load.ts';
import { memoryUsage } from './usage.ts';

const { values: options } = parseArgs({
  options: { small: { type: 'boolean', default: false }, clients: { type: 'string' } },
});

const ITEM = 'testing-steps-1';
const CLIENTS = Number(options.clients ?? (options.small ? 100 : 500));
const SAMPLES = options.small ? 50 : 200;

const report = (figure: string, value: string): void => {
  process.stdout.write(`${figure.padEnd(58)} ${value}\n`);
};

interface OpenStream {
  /** When, by the clock of the audit, and when here, each request was told of as completed. */
  readonly told: { readonly committed: number; readonly arrived: number }[];
  close(): void;
}

/** A client of the stream of one's requests, open once its first bytes are there. */
const openStream = (url: string): Promise<OpenStream> =>
  new Promise((resolve, reject) => {
    const told: { committed: number; arrived: number }[] = [];
    let buffer = '';
    const call = request(`${url}/api/v1/requests/events`, { agent: false }, (answer) => {
      if (answer.statusCode !== 200) reject(new Error(`the stream answered ${answer.statusCode}`));
      answer.setEncoding('utf8').on('data', (text: string) => {
        const arrived = Date.now();
        buffer += text;
        const blocks = buffer.split('\n\n');
        buffer = blocks.pop() ?? '';
        for (const block of blocks) {
          const data = block.split('\n').find((line) => line.startsWith('data: '));
          if (!data?.includes('"change":"request-completed"')) continue;
          told.push({ committed: Date.parse((JSON.parse(data.slice(6)) as { at: string }).at), arrived });
        }
        resolve({ told, close: () => call.destroy() });
      });
    });
    call.on('error', (error) => reject(error)).end();
  });

const directory = await temporaryDirectory();
const target = await startRestTarget();
const catalog = join(directory.path, 'catalog');
await writeStepCatalog(catalog, target.host);
const system = await startStandalone({
  dataDirectory: join(directory.path, 'data'),
  environment: { PAO_CATALOG: catalog, PAO_EGRESS_ALLOW: target.host },
});
const load = connectLoad(system.url, 10);
// What is loaded and compiled with the first requests is not what streams take.
for (let n = 0; n < 50; n += 1) await load.submitAndWait(ITEM);
await load.drained();

/** Before a request is told of, its change is written, committed, read and sent; the change names the time before all that. */
const delays = async (label: string): Promise<void> => {
  const stream = await openStream(system.url);
  for (let n = 0; n < SAMPLES; n += 1) await load.submitAndWait(ITEM);
  while (stream.told.length < SAMPLES) await sleep(5);
  stream.close();
  const all = stream.told.map(({ committed, arrived }) => arrived - committed);
  const figures = [50, 95, 99].map((percent) => `p${percent} ${percentile(all, percent)} ms`);
  report(`${label}: from a change to the client`, figures.join(', '));
};

await delays('one client');
await sleep(2_000);
const before = memoryUsage(system.pid);
const streams: OpenStream[] = [];
while (streams.length < CLIENTS) {
  const more = Math.min(50, CLIENTS - streams.length);
  streams.push(...(await Promise.all(Array.from({ length: more }, () => openStream(system.url)))));
}
await sleep(2_000);
const after = memoryUsage(system.pid);
report(`${CLIENTS} idle clients: memory of gateway and services`, `${(after.pao - before.pao).toFixed(0)} MiB more`);
report(`${CLIENTS} idle clients: memory of PostgreSQL`, `${(after.postgres - before.postgres).toFixed(0)} MiB more`);
await delays(`${CLIENTS} clients, all told`);
for (const { close } of streams) close();
await load.close();
await system.stop();
await target.close();
await directory.remove();
