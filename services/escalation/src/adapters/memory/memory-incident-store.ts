import type { NewId } from '@pao/kernel';
import type { Escalation, RequestStopped } from '../../core/domain/escalation.ts';
import {
  CLOSED_BY_ITSELF,
  earlier,
  fingerprintOf,
  type Incident,
  later,
  membershipOf,
} from '../../core/domain/incidents/incident.ts';
import type {
  CountedIncident,
  IncidentQuery,
  IncidentRequest,
  IncidentStore,
  Position,
} from '../../core/ports/incident-store.ts';

export interface MemoryIncidents {
  readonly store: IncidentStore;
  /** What an escalation store calls when it has stored a stop. */
  readonly group: (escalationId: string, stopped: RequestStopped) => void;
}

export interface MemoryIncidentsOptions {
  readonly newId: NewId;
  readonly windowMs: number;
  readonly now: () => Date;
  /** As they stand now. */
  readonly escalations: () => readonly Escalation[];
  readonly opened: (incident: Incident) => void;
}

const isBefore = (a: Position, b: Position): boolean =>
  a.at.getTime() === b.at.getTime() ? a.id < b.id : a.at.getTime() < b.at.getTime();
const newestFirst = (a: Position, b: Position): number => (isBefore(a, b) ? 1 : -1);
const positionOf = ({ openedAt, id }: Incident): Position => ({ at: openedAt ?? new Date(0), id });
const key = (fingerprint: Incident['fingerprint']): string => JSON.stringify(Object.values(fingerprint));

const fits = (incident: Incident, { tenantId, status, after, catalogId, failureCode, targetHost }: IncidentQuery) =>
  incident.tenantId === tenantId &&
  incident.status !== 'forming' &&
  (status === undefined || incident.status === status) &&
  (catalogId === undefined || incident.fingerprint.catalogId === catalogId) &&
  (failureCode === undefined || incident.fingerprint.failureCode === failureCode) &&
  (targetHost === undefined || incident.fingerprint.targetHost === targetHost) &&
  (after === undefined || isBefore(positionOf(incident), after));

/** The last stop of each request, newest first. */
const lastStops = (stops: readonly Escalation[], after: Position | undefined): readonly IncidentRequest[] => {
  const newest = stops
    .map((escalation) => ({ escalation, at: escalation.failedAt, id: escalation.id }))
    .toSorted(newestFirst);
  const last = new Map(newest.toReversed().map((entry) => [entry.escalation.requestId, entry]));
  return newest
    .filter((entry) => last.get(entry.escalation.requestId) === entry && (!after || isBefore(entry, after)))
    .map(({ escalation: { id, requestId, name, requestedBy, status, stuck, failure, failedAt } }) => ({
      ...{ escalationId: id, requestId, name, requestedBy, waiting: status === 'open', stuck },
      ...{ message: failure.message, failedAt },
    }));
};

const countedBy = (incident: Incident, own: readonly Escalation[]): CountedIncident => {
  const waiting = own.filter(({ status }) => status === 'open');
  const stuck = waiting.filter((escalation) => escalation.stuck !== null);
  const requests = new Set(own.map(({ requestId }) => requestId));
  return { ...incident, requests: requests.size, waiting: waiting.length, stuck: stuck.length };
};

const begun = (id: string, stopped: RequestStopped): Incident => ({
  ...{ id, tenantId: stopped.tenantId, fingerprint: fingerprintOf(stopped), status: 'forming', stops: 0 },
  ...{ firstAt: stopped.failedAt, lastAt: stopped.failedAt, openedAt: null, closed: null },
});

/** Holds incidents for as long as the process lives: for tests. */
export const createMemoryIncidents = (options: MemoryIncidentsOptions): MemoryIncidents => {
  const { newId, windowMs, now, escalations, opened } = options;
  const incidents = new Map<string, Incident>();
  /** Which incident each escalation is of. */
  const members = new Map<string, string>();

  const put = (incident: Incident): Incident => {
    incidents.set(incident.id, incident);
    return incident;
  };
  const membersOf = (id: string): readonly Escalation[] =>
    escalations().filter((escalation) => members.get(escalation.id) === id);
  const leave = (id: string): void => {
    for (const [escalation, incident] of members) if (incident === id) members.delete(escalation);
  };

  const counted = (incident: Incident): CountedIncident => countedBy(incident, membersOf(incident.id));

  const of = (stopped: RequestStopped): readonly Incident[] =>
    [...incidents.values()].filter(
      ({ tenantId, fingerprint }) => tenantId === stopped.tenantId && key(fingerprint) === key(fingerprintOf(stopped)),
    );

  const incidentOf = (stopped: RequestStopped): Incident | undefined => {
    const { failedAt } = stopped;
    const known = of(stopped);
    const closed = known.find((one) => one.closed && one.closed.at >= failedAt && one.firstAt <= failedAt);
    if (closed) return closed;
    const live = known.find(({ status }) => status !== 'closed') ?? put(begun(newId(), stopped));
    const membership = membershipOf(live, failedAt, windowMs);
    if (membership === 'apart') return undefined;
    if (membership === 'joins') return live;
    leave(live.id);
    return put({ ...live, stops: 0, firstAt: failedAt, lastAt: failedAt });
  };

  const group = (escalationId: string, stopped: RequestStopped): void => {
    const incident = incidentOf(stopped);
    if (incident === undefined) return;
    members.set(escalationId, incident.id);
    const others = membersOf(incident.id).some(({ requestId }) => requestId !== stopped.requestId);
    const opens = incident.status === 'forming' && others;
    const { failedAt } = stopped;
    const times = { firstAt: earlier(incident.firstAt, failedAt), lastAt: later(incident.lastAt, failedAt) };
    const joined = { ...incident, ...times, stops: incident.stops + 1 };
    if (opens) opened(put({ ...joined, status: 'open', openedAt: now() }));
    else put(joined);
  };

  const quiet = (quietSince: Date, status: Incident['status']): readonly Incident[] =>
    [...incidents.values()].filter((one) => one.status === status && one.lastAt < quietSince);

  return {
    group,
    store: {
      list: async (query) =>
        [...incidents.values()]
          .filter((incident) => fits(incident, query))
          .toSorted((a, b) => newestFirst(positionOf(a), positionOf(b)))
          .slice(0, query.limit + 1)
          .map(counted),
      get: async (tenantId, id) => {
        const found = incidents.get(id);
        return found?.tenantId === tenantId && found.status !== 'forming' ? counted(found) : undefined;
      },
      requests: async ({ tenantId, incidentId, limit, after }) => {
        const incident = incidents.get(incidentId);
        const isKnown = incident?.tenantId === tenantId && incident.status !== 'forming';
        return isKnown ? lastStops(membersOf(incidentId), after).slice(0, limit + 1) : [];
      },
      close: async ({ tenantId, id, by, reason }) => {
        const found = incidents.get(id);
        if (found?.tenantId === tenantId && found.status === 'open')
          put({ ...found, status: 'closed', closed: { at: now(), by, reason } });
      },
      settle: async (quietSince) => {
        for (const incident of quiet(quietSince, 'open')) {
          if (membersOf(incident.id).every(({ status }) => status === 'closed'))
            put({ ...incident, status: 'closed', closed: { at: now(), by: null, reason: CLOSED_BY_ITSELF } });
        }
        for (const { id } of quiet(quietSince, 'forming')) {
          leave(id);
          incidents.delete(id);
        }
      },
    },
  };
};
