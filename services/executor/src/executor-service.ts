import type { Bus } from '@pao/bus';
import { combineServices, type Logger, type Service } from '@pao/runtime';
import type { Config } from './config.ts';
import { wire } from './wiring.ts';

export interface ExecutorServiceOptions {
  readonly logger: Logger;
  /** Used, and left open, instead of the bus that the configuration names. */
  readonly bus?: Bus;
}

export interface ExecutorService extends Service {
  /** Where health and metrics are, once it has started: the configured port, or the one the system chose for port 0. */
  readonly port: number;
}

interface Steps {
  readonly start?: () => unknown;
  readonly stop?: () => unknown;
}

const part = (name: string, { start, stop }: Steps): Service => ({
  name,
  start: async () => void (await start?.()),
  stop: async () => void (await stop?.()),
});

/** The executor. Once it has started it carries out the commands of its pool. A stop waits for what is under way. */
export const createExecutorService = (config: Config, { logger, bus }: ExecutorServiceOptions): ExecutorService => {
  const { host, pool } = config;
  const parts = wire(config, logger, bus);
  const { relay, sweep, wake, consumer, announcer } = parts.runtime;
  let { port } = config;
  const listen = async (): Promise<void> => {
    ({ port } = await parts.server.listen({ host, port }));
    logger.info({ host, port, pool, instance: config.owner.instance }, 'listening');
  };
  const service = combineServices('executor', [
    part('bus', { stop: () => bus ?? parts.bus.close() }),
    part('database', { stop: () => parts.database.close() }),
    part('migrations', { start: parts.migrate }),
    relay,
    part('connections', { stop: () => parts.sender.close() }),
    part('secrets', { stop: () => parts.secrets.close() }),
    sweep,
    wake,
    part('retention', { start: () => parts.retention.start(), stop: () => parts.retention.stop() }),
    part('server', { start: listen, stop: () => parts.server.close() }),
    consumer,
    // Stopped first: the consumer waits for what is under way.
    part('terraform', parts.terraform),
    announcer,
  ]);
  return {
    ...service,
    get port() {
      return port;
    },
  };
};
