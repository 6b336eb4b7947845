// The executor's thread; `createServiceThread` starts it, with the variables of the executor as its environment.
import { once } from 'node:events';
import { enableCompileCache } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import { createLogger, startTelemetry, unwrapDataKeys } from '@pao/runtime';
import packageJson from '../../package.json' with { type: 'json' };

enableCompileCache();

const { logFile } = workerData as { readonly logFile: string };
const telemetry = await startTelemetry({ service: 'pao', version: packageJson.version, environment: process.env });
// Only now: what is traced must be imported after tracing has started.
const { createExecutorService, readExecutorConfig } = await import('@pao/executor');

const config = await unwrapDataKeys(readExecutorConfig());
const logger = createLogger({ service: 'executor', level: config.logLevel, destination: logFile });
const executor = createExecutorService(config, { logger });

await executor.start();
parentPort?.postMessage({ port: executor.port });
if (parentPort) await once(parentPort, 'message');
await executor.stop();
await telemetry.stop();
// Ends this thread alone, and what still waits for something in it.
process.exit();
