import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import test from 'ava';
import { START, temporaryDirectory } from './harness/standalone.ts';

const root = fileURLToPath(new URL('../', import.meta.url));

/** Starts the system with settings that can't work, and answers what it said. */
const failToStart = async (environment: Readonly<Record<string, string>>): Promise<{ code: number; out: string }> => {
  const directory = await temporaryDirectory();
  try {
    await promisify(execFile)(process.execPath, START, {
      cwd: root,
      env: { ...process.env, PAO_DATA_DIR: directory.path, ...environment },
      timeout: 30_000,
    });
    return { code: 0, out: '' };
  } catch (error) {
    const { code, stdout } = error as { code: number; stdout: string };
    return { code, out: stdout };
  } finally {
    await directory.remove();
  }
};

test('the tests start the system as npm start does', async (t) => {
  const scriptOf = async (folder: string): Promise<string> =>
    JSON.parse(await readFile(`${root}${folder}package.json`, 'utf8')).scripts.start;
  const folder = 'packages/standalone/';
  t.is(await scriptOf(''), `node ${START.join(' ')}`);
  t.is((await scriptOf(folder)).replace('bin/', `${folder}bin/`), await scriptOf(''));
});

test('settings that are no settings are named, each with what it is for', async (t) => {
  const { code, out } = await failToStart({ PAO_PORT: 'abc', PAO_AUTH: 'maybe' });
  t.is(code, 2);
  t.regex(out, /PAO_PORT: [^\n]*\(Port[^\n]*\n {2}PAO_AUTH: /);
});

test('a port that is taken is named, with the way out', async (t) => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const { code, out } = await failToStart({ PAO_PORT: String(port) });
  server.close();
  t.is(code, 1);
  t.regex(out, new RegExp(`port ${port} of 127.0.0.1 is taken: [^\n]*PAO_PORT`));
});

test('a catalog that is none is named', async (t) => {
  const { code, out } = await failToStart({ PAO_PORT: '0', PAO_CATALOG: '/nowhere' });
  t.is(code, 1);
  t.regex(out, /PAO_CATALOG must name a folder with catalog\/ or bundles\/ in it; \/nowhere is none/);
});
