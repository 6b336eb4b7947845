import { systemTiming } from '@pao/executor-sdk';
import { createHttpServer, createIdentityVerifier, type HttpServer } from '@pao/http';
import type { SendHttp } from '@pao/outgoing';
import type { Database } from '@pao/postgres';
import type { Logger, Metrics, ReadinessCheck } from '@pao/runtime';
import { createHealthServer } from '../adapters/http/server.ts';
import { ticketsRoute } from '../adapters/http/tickets.ts';
import { createJiraTickets } from '../adapters/jira/ticket-status.ts';
import { createPostgresTickets } from '../adapters/postgres/tickets.ts';
import type { Config } from '../config.ts';
import { createReadTickets } from '../core/use-cases/read-tickets.ts';

export interface ServerParts {
  readonly config: Config;
  readonly database: Database;
  readonly send: SendHttp;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly readiness: readonly ReadinessCheck[];
}

/** The API of the executor, or, where no gateway is known whose identities to trust, health and metrics alone. */
export const wireServer = ({ config, database, send, ...server }: ServerParts): HttpServer => {
  if (config.identityKeys === undefined) return createHealthServer(server);
  const now = (): Date => new Date();
  const readTickets = createReadTickets({
    tickets: createPostgresTickets(database),
    systems: [createJiraTickets({ instances: new Map(config.jira), send, now })],
    timing: systemTiming,
    now,
  });
  return createHttpServer({
    ...server,
    name: 'executor',
    identity: createIdentityVerifier({ publicKeys: config.identityKeys }),
    routes: [ticketsRoute(readTickets)],
  });
};
