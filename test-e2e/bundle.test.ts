import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import test from 'ava';
import { type Standalone, startStandalone } from './harness/standalone.ts';
import { submit, untilAtRest } from './harness/steps.ts';

// `npm start` runs a bundle while no source is newer, and the sources else; the other tests run what `npm start` would.

const root = fileURLToPath(new URL('../', import.meta.url));
let directory: string;
let system: Standalone;

test.before(async () => {
  const caches = `${root}node_modules/.cache`;
  await mkdir(caches, { recursive: true });
  directory = await mkdtemp(`${caches}/pao-test-`);
  await promisify(execFile)(process.execPath, ['packages/standalone/src/bundle/build.ts', directory], { cwd: root });
  system = await startStandalone({
    module: `${directory}/run.mjs`,
    sharesDatabaseServer: true,
    // No process and no thread of it could read a source.
    environment: { NODE_OPTIONS: '--no-strip-types' },
  });
});

test.after.always(async () => {
  await system?.stop();
  await rm(directory, { recursive: true, force: true });
});

test('the bundle serves requests: all services, the thread of the executor, and the outside world', async (t) => {
  const input = {
    name: 'orders',
    basic: { environment: 'dev' },
    database: { instanceClass: 'db.t3.small', storageGb: 60 },
    application: { image: 'registry.example.com/orders/api:1.4.2' },
  };
  const [id = ''] = await submit(system, [{ bundle: 'bundle-webapp-standard', input }]);
  const request = await untilAtRest(system, id);
  t.is(request.status, 'completed', JSON.stringify(request.failure));
});
