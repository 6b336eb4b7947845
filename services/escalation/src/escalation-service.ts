import type { Bus } from '@pao/bus';
import { combineServices, type Logger, type Service } from '@pao/runtime';
import type { Config } from './config.ts';
import { wire } from './wiring.ts';

export interface EscalationServiceOptions {
  readonly logger: Logger;
  /** Used, and left open, instead of the bus that the configuration names. */
  readonly bus?: Bus;
}

export interface EscalationService extends Service {
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

/** The escalation service. Once it has started it takes messages from its inbox, and listens. */
export const createEscalationService = (
  config: Config,
  { logger, bus }: EscalationServiceOptions,
): EscalationService => {
  const { host } = config;
  const parts = wire(config, logger, bus);
  let { port } = config;
  const listen = async (): Promise<void> => {
    ({ port } = await parts.server.listen({ host, port }));
    logger.info({ host, port }, 'listening');
  };
  const service = combineServices('escalation', [
    part('bus', { stop: () => bus ?? parts.bus.close() }),
    part('database', { stop: () => parts.database.close() }),
    part('migrations', { start: parts.migrate }),
    part('calls', { stop: () => parts.sender.close() }),
    part('relay', { start: () => parts.relay.start(), stop: () => parts.relay.stop() }),
    part('housekeeping', { start: () => parts.housekeeping.start(), stop: () => parts.housekeeping.stop() }),
    part('tickets', { start: () => parts.worker.start(), stop: () => parts.worker.stop() }),
    ...parts.queues.jobs.map((job) => part('queues', { start: () => job.start(), stop: () => job.stop() })),
    part('incidents', { start: () => parts.incidents.job.start(), stop: () => parts.incidents.job.stop() }),
    part('sweep', { start: () => parts.sweep.start(), stop: () => parts.sweep.stop() }),
    part('notifications', { start: () => parts.notifications.start(), stop: () => parts.notifications.stop() }),
    part('server', { start: listen, stop: () => parts.server.close() }),
    part('consumer', { start: () => parts.consumer.start(), stop: () => parts.consumer.stop() }),
  ]);
  return {
    ...service,
    get port() {
      return port;
    },
  };
};
