import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { generateIdentityKeys } from '@pao/http';
import { testDatabase } from '@pao/testkit';
import test from 'ava';

const folder = fileURLToPath(new URL('..', import.meta.url));

/** The first log line that says where the service listens. */
const listeningPort = async (output: AsyncIterable<Buffer>): Promise<number> => {
  let text = '';
  for await (const chunk of output) {
    text += chunk.toString();
    const line = text.split('\n').find((candidate) => candidate.includes('"msg":"listening"'));
    const port = line && /"port":(\d+)/.exec(line)?.[1];
    if (port) return Number(port);
  }
  throw new Error(`it ended without listening: ${text}`);
};

test('the service runs alone: it answers and ends cleanly on SIGTERM', async (t) => {
  const { publicKeys } = await generateIdentityKeys();
  const env = {
    PATH: process.env['PATH'] ?? '',
    DATABASE_URL: await testDatabase(),
    PAO_IDENTITY_PUBLIC_KEYS: JSON.stringify(publicKeys),
    PAO_PORT: '0',
    // Nobody listens there: what is to be sent waits in the outbox.
    AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  };
  const child = spawn(process.execPath, ['src/main.ts'], { cwd: folder, env, stdio: ['ignore', 'pipe', 'inherit'] });
  t.teardown(() => child.kill('SIGKILL'));
  const port = await listeningPort(child.stdout);
  const url = `http://127.0.0.1:${port}`;
  t.is((await fetch(`${url}/api/v1/health`)).status, 200);
  // The catalog has never arrived: there is no bus.
  t.is((await fetch(`${url}/api/v1/health/ready`)).status, 503);
  t.is((await fetch(`${url}/api/v1/requests`)).status, 401);
  child.stdout.resume();
  child.kill('SIGTERM');
  const [code] = await once(child, 'exit');
  t.is(code, 0);
});
