import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { generateIdentityKeys } from '@pao/http';
import test from 'ava';
import { nowhere } from './harness.ts';

const start = (variables: NodeJS.ProcessEnv) => {
  const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
  const child = spawn(process.execPath, [main], { env: { PATH: process.env.PATH, ...variables } });
  const output = { text: '' };
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (chunk) => (output.text += chunk));
  return { child, output, exit: exitOf(child) };
};

const exitOf = async (child: ChildProcess): Promise<number | null> => (await once(child, 'close'))[0];

const listening = async (child: ChildProcess): Promise<number> => {
  for await (const line of child.stdout ?? []) {
    const port = /"port":(\d+)/.exec(String(line))?.[1];
    if (port !== undefined) return Number(port);
  }
  throw new Error('ended before it listened');
};

test('the gateway runs as a process of its own and ends on SIGTERM', async (t) => {
  const { privateKey } = await generateIdentityKeys();
  const urls = { catalog: nowhere, request: nowhere, executor: nowhere, escalation: nowhere };
  const { child, exit } = start({
    PAO_PORT: '0',
    PAO_IDENTITY_PRIVATE_KEY: JSON.stringify(privateKey),
    PAO_SERVICE_URLS: JSON.stringify(urls),
  });
  const port = await listening(child);
  t.is((await fetch(`http://127.0.0.1:${port}/api/v1/health`)).status, 200);
  t.is((await fetch(`http://127.0.0.1:${port}/api/v1/catalog`)).status, 401);
  child.kill('SIGTERM');
  t.is(await exit, 0);
});

test('without its settings it ends at once and names them', async (t) => {
  const { output, exit } = start({ PAO_PORT: 'eighty' });
  t.is(await exit, 1);
  for (const name of ['PAO_PORT', 'PAO_IDENTITY_PRIVATE_KEY']) t.true(output.text.includes(name), output.text);
});
