import { combineServices, createLogger, runService, startTelemetry, unwrapDataKeys } from '@pao/runtime';
import packageJson from '../package.json' with { type: 'json' };
import { environment, readConfig } from './config.ts';

const config = readConfig();
const logger = createLogger({ service: 'request', level: config.logLevel });
const telemetry = await startTelemetry({ service: 'pao-request', version: packageJson.version, environment });
// Only now: what is traced must be imported after tracing has started.
const { createRequestService } = await import('./request-service.ts');

const request = createRequestService(await unwrapDataKeys(config), { logger });
const tracing = { name: 'tracing', start: async () => undefined, stop: () => telemetry.stop() };
await runService({ service: combineServices('request', [tracing, request]), logger });
