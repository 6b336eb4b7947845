import type { Bus } from '@pao/bus';
import { TransientError } from '@pao/kernel';
import { combineServices, type Logger, type Service } from '@pao/runtime';
import type { Config } from './config.ts';
import { type CatalogParts, wire } from './wiring.ts';

export interface CatalogServiceOptions {
  readonly logger: Logger;
  /** Used, and left open, instead of the bus that the configuration names. */
  readonly bus?: Bus;
}

export interface CatalogService extends Service {
  /** Where it listens, once it has started: the configured port, or the one the system chose for port 0. */
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

/** A first sync that has to wait too long for another replica's, or for the database, is left to the sweep. */
const syncFirst = async (sync: () => Promise<void>, logger: Logger): Promise<void> => {
  try {
    await sync();
  } catch (error) {
    if (!(error instanceof TransientError)) throw error;
    logger.warn({ err: error }, 'the catalog could not be read at start-up; the next sweep tries again');
  }
};

/** In the order they start. The folder is watched before it is read, so that no edit falls between. */
const stagesOf = (parts: CatalogParts, logger: Logger): readonly Service[] => [
  part('database', { stop: () => parts.database.close() }),
  part('migrations', { start: parts.migrate }),
  part('relay', { start: () => parts.relay.start(), stop: () => parts.relay.stop() }),
  part('watch', { start: () => parts.watch.start(), stop: () => parts.watch.stop() }),
  part('sync', { start: () => syncFirst(parts.sync, logger), stop: () => parts.background.settled() }),
  part('consumer', { start: () => parts.consumer.start(), stop: () => parts.consumer.stop() }),
  part('sweep', { start: () => parts.sweep.start(), stop: () => parts.sweep.stop() }),
];

/** The catalog service. Once it has started it has read its source, or said why it could not, and listens. */
export const createCatalogService = (config: Config, { logger, bus }: CatalogServiceOptions): CatalogService => {
  const { host } = config;
  const parts = wire(config, logger, bus);
  let { port } = config;
  const listen = async (): Promise<void> => {
    ({ port } = await parts.server.listen({ host, port }));
    logger.info({ host, port, source: parts.source }, 'listening');
  };
  const service = combineServices('catalog', [
    part('bus', { stop: () => bus ?? parts.bus.close() }),
    ...stagesOf(parts, logger),
    part('server', { start: listen, stop: () => parts.server.close() }),
    part('jobs', { start: () => parts.jobs.start(), stop: () => parts.jobs.stop() }),
  ]);
  return {
    ...service,
    get port() {
      return port;
    },
  };
};
