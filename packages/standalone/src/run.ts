import { join } from 'node:path';
import { errorMessage } from '@pao/kernel';
import { ConfigError, createLogger, runService, startTelemetry } from '@pao/runtime';
import packageJson from '../package.json' with { type: 'json' };
import { banner } from './banner.ts';
import { type Config, environment, readConfig } from './config.ts';

const say = (text: string): void => void process.stdout.write(`${text}\n`);

const configOrExit = (): Config => {
  try {
    return readConfig();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    say(error.message);
    return process.exit(2);
  }
};

const config = configOrExit();
const logFile = join(config.dataDirectory, 'pao.log');
const logger = createLogger({ service: 'standalone', level: config.logLevel, destination: logFile });
const telemetry = await startTelemetry({ service: 'pao', version: packageJson.version, environment });
// Only now: what is traced must be imported after tracing has started.
const { createStandalone } = await import('./standalone.ts');

const standalone = createStandalone(config, { logger, logFile, environment });
let started = false;
const start = async (): Promise<void> => {
  try {
    await standalone.start();
  } catch (error) {
    say(`PAO could not start: ${errorMessage(error)}\nMore in ${logFile}`);
    throw error;
  }
  started = true;
  say(banner(config, standalone.addresses(), performance.now()));
};
const stop = async (): Promise<void> => {
  if (started) say('Stopping …');
  await standalone.stop();
  await telemetry.stop();
};
await runService({ service: { name: 'standalone', start, stop }, logger });
