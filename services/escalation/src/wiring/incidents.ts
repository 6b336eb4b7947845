import type { Route } from '@pao/http';
import type { NewId } from '@pao/kernel';
import type { Database } from '@pao/postgres';
import { type Logger, PeriodicJob } from '@pao/runtime';
import { createIncidentMessage } from '../adapters/bus/incident-message.ts';
import { incidentRoutes } from '../adapters/http/incidents.ts';
import { createGroupStop } from '../adapters/postgres/group-stop.ts';
import { createPostgresEscalationStore } from '../adapters/postgres/postgres-escalation-store.ts';
import { createPostgresIncidentStore } from '../adapters/postgres/postgres-incident-store.ts';
import type { EscalationStore } from '../core/ports/escalation-store.ts';
import { createCloseIncident } from '../core/use-cases/incidents/close-incident.ts';
import { createSettleIncidents } from '../core/use-cases/incidents/settle-incidents.ts';

export interface IncidentsOptions {
  readonly database: Database;
  readonly windowMs: number;
  readonly logger: Logger;
  readonly newId: NewId;
  /** The outbox has new rows. */
  readonly kick: () => void;
}

export interface Incidents {
  /** The one that puts what it stores to its incident. */
  readonly escalations: EscalationStore;
  readonly routes: readonly Route[];
  readonly job: PeriodicJob;
}

const SETTLE_MS = 60_000;

/** Failures that repeat, as one. */
export const createIncidents = ({ database, windowMs, logger, newId, kick }: IncidentsOptions): Incidents => {
  const group = createGroupStop({ newId, windowMs, message: createIncidentMessage(newId) });
  const store = createPostgresIncidentStore(database);
  const run = createSettleIncidents(store, windowMs, () => new Date());
  return {
    escalations: createPostgresEscalationStore(database, { group, committed: kick }),
    routes: incidentRoutes(store, createCloseIncident(store)),
    job: new PeriodicJob({ name: 'incidents', intervalMs: SETTLE_MS, run, logger }),
  };
};
