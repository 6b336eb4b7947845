// A process whose server is called once and calls itself once, traced and exported as a service of ours is.
import { once } from 'node:events';
import { startTelemetry } from '@pao/runtime';

const telemetry = await startTelemetry({ service: 'traced', version: '1', environment: process.env });
// Loaded after tracing started, since that is when it can be patched.
const { createServer } = await import('node:http');

const server = createServer((request, response) => {
  const inner = request.url === '/outer' ? get('/inner') : Promise.resolve();
  void inner.finally(() => response.end());
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');

const get = async (path: string): Promise<void> => {
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  await (await fetch(`http://127.0.0.1:${port}${path}`)).text();
};

await get('/outer');
process.stdout.write('done\n');
await telemetry.stop();
server.close();
server.closeAllConnections();
