// The executor's thread, started by `startServiceThread`; its first message has the variables of the executor.
import { once } from 'node:events';
import { parentPort, workerData } from 'node:worker_threads';
import { createLogger, startTelemetry, unwrapDataKeys } from '@pao/runtime';
import packageJson from '../../package.json' with { type: 'json' };

if (parentPort === null) throw new Error('this module runs in a thread');
// Listened for at once: it comes while the modules load.
const told = once(parentPort, 'message') as Promise<[NodeJS.ProcessEnv]>;

const { logFile } = workerData as { readonly logFile: string };
const telemetry = await startTelemetry({ service: 'pao', version: packageJson.version, environment: process.env });
// Only now: what is traced must be imported after tracing has started.
const [{ createExecutorService, readExecutorConfig }] = await Promise.all([
  import('@pao/executor'),
  // Needed as soon as the executor starts; here there is time for it.
  import('@pao/bus').then(({ loadAwsSdk }) => loadAwsSdk()),
]);

const [variables] = await told;
const config = await unwrapDataKeys(readExecutorConfig(variables));
const logger = createLogger({ service: 'executor', level: config.logLevel, destination: logFile });
const executor = createExecutorService(config, { logger });

await executor.start();
parentPort.postMessage({ port: executor.port });
await once(parentPort, 'message');
await executor.stop();
await telemetry.stop();
// Ends this thread alone, and what still waits for something in it.
process.exit();
