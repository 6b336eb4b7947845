import type { Logger, Service } from '@pao/runtime';
import type { Config } from './config.ts';
import { wire } from './wiring.ts';

export interface Gateway extends Service {
  /** Where it listens, once it has started: the configured port, or the one the system chose for port 0. */
  readonly port: number;
}

/** The entry point of the system. Starts and stops with nothing but its own listening socket and connections. */
export const createGateway = (config: Config, { logger }: { readonly logger: Logger }): Gateway => {
  const { server, upstreams } = wire(config, logger);
  let port = config.port;
  return {
    name: 'gateway',
    get port() {
      return port;
    },
    start: async () => {
      ({ port } = await server.listen(config));
      logger.info({ host: config.host, port, auth: config.auth }, 'listening');
    },
    stop: async () => {
      await server.close();
      await upstreams.close();
    },
  };
};
