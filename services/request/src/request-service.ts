import type { Bus } from '@pao/bus';
import { combineServices, type Logger, type Service } from '@pao/runtime';
import type { Config } from './config.ts';
import { type RequestParts, wire } from './wiring.ts';

export interface RequestServiceOptions {
  readonly logger: Logger;
  /** Used, and left open, instead of the bus that the configuration names. */
  readonly bus?: Bus;
}

export interface RequestService extends Service {
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

/** In the order they start: what is published and heard of stands before anything is accepted. */
const stagesOf = (parts: RequestParts): readonly Service[] => [
  part('database', { stop: () => parts.database.close() }),
  part('migrations', { start: parts.migrate }),
  part('relay', { start: () => parts.relay.start(), stop: () => parts.relay.stop() }),
  part('jobs', {
    start: () => {
      for (const job of parts.jobs) job.start();
    },
    stop: () => Promise.all(parts.jobs.map((job) => job.stop())),
  }),
  part('consumer', { start: () => parts.consumer.start(), stop: () => parts.consumer.stop() }),
];

/** The request service. Once it has started it takes messages from its inbox, and listens; it is ready once the catalog has arrived. */
export const createRequestService = (config: Config, { logger, bus }: RequestServiceOptions): RequestService => {
  const { host } = config;
  const parts = wire(config, logger, bus);
  let { port } = config;
  const listen = async (): Promise<void> => {
    ({ port } = await parts.server.listen({ host, port }));
    logger.info({ host, port }, 'listening');
  };
  const service = combineServices('request', [
    part('bus', { stop: () => bus ?? parts.bus.close() }),
    ...stagesOf(parts),
    part('server', { start: listen, stop: () => parts.server.close() }),
    part('scheduled jobs', { start: () => parts.scheduled.start(), stop: () => parts.scheduled.stop() }),
  ]);
  return {
    ...service,
    get port() {
      return port;
    },
  };
};
