import { generateIdentityKeys } from '@pao/http';
import { startAlone } from '@pao/testkit';
import test from 'ava';

test('the service runs alone: it answers and ends cleanly on SIGTERM', async (t) => {
  const { publicKeys } = await generateIdentityKeys();
  const { url, stop, kill } = await startAlone({ main: new URL('../src/main.ts', import.meta.url), publicKeys });
  t.teardown(kill);
  t.is((await fetch(`${url}/api/v1/health`)).status, 200);
  // The catalog has never arrived: there is no bus.
  t.is((await fetch(`${url}/api/v1/health/ready`)).status, 503);
  t.is((await fetch(`${url}/api/v1/requests`)).status, 401);
  t.is(await stop(), 0);
});
