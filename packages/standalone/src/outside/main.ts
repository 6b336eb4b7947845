// The process of the outside world; `startOutsideWorld` forks it and sets these variables.
import { join } from 'node:path';
import { startEmulator } from '@pao/bus/emulator';
import { startSandbox } from '../sandbox/sandbox.ts';

const { PAO_DATA_DIR = '.pao', PAO_SANDBOX_PORT, AWS_ENDPOINT_URL } = process.env;
const { PAO_SANDBOX_WEBHOOK_URL: url, PAO_SANDBOX_WEBHOOK_SECRET: secret } = process.env;

// Ctrl-C in a terminal reaches this process too, but it goes last: when its parent lets go of it, or is gone.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {});

const [emulator, sandbox] = await Promise.all([
  AWS_ENDPOINT_URL === undefined ? startEmulator({ dataDirectory: join(PAO_DATA_DIR, 'bus') }) : undefined,
  startSandbox({
    dataDirectory: join(PAO_DATA_DIR, 'sandbox'),
    now: () => new Date(),
    ...(PAO_SANDBOX_PORT === undefined ? {} : { port: Number(PAO_SANDBOX_PORT) }),
    ...(url !== undefined && secret !== undefined && { webhook: { url, secret } }),
  }),
]);

const leave = async (): Promise<void> => {
  await Promise.all([emulator?.stop(), sandbox.close()]);
  process.exit();
};

process.on('disconnect', () => void leave());
process.send?.({ endpoint: emulator?.endpoint ?? AWS_ENDPOINT_URL, sandboxUrl: sandbox.url });
// The parent may have been killed before anyone listened.
if (!process.connected) await leave();
