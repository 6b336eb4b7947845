import { combineServices, createLogger, runService, startTelemetry, unwrapDataKeys } from '@pao/runtime';
import packageJson from '../package.json' with { type: 'json' };
import { environment, readConfig } from './config.ts';

const config = readConfig();
const logger = createLogger({ service: 'escalation', level: config.logLevel });
const telemetry = await startTelemetry({ service: 'pao-escalation', version: packageJson.version, environment });
// Only now: what is traced must be imported after tracing has started.
const { createEscalationService } = await import('./escalation-service.ts');

const escalation = createEscalationService(await unwrapDataKeys(config), { logger });
const tracing = { name: 'tracing', start: async () => undefined, stop: () => telemetry.stop() };
await runService({ service: combineServices('escalation', [tracing, escalation]), logger });
