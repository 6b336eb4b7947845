import { combineServices, createLogger, runService, startTelemetry, unwrapDataKeys } from '@pao/runtime';
import packageJson from '../package.json' with { type: 'json' };
import { environment, readConfig } from './config.ts';

const config = readConfig();
const logger = createLogger({ service: 'executor', level: config.logLevel });
const telemetry = await startTelemetry({ service: 'pao-executor', version: packageJson.version, environment });
// Only now: what is traced must be imported after tracing has started.
const { createExecutorService } = await import('./executor-service.ts');

const executor = createExecutorService(await unwrapDataKeys(config), { logger });
const tracing = { name: 'tracing', start: async () => undefined, stop: () => telemetry.stop() };
await runService({ service: combineServices('executor', [tracing, executor]), logger });
