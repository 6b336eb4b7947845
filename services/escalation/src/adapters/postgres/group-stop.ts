import type { OutgoingMessage } from '@pao/bus';
import type { NewId } from '@pao/kernel';
import { outboxInsert, outboxValues, type Queryable } from '@pao/postgres';
import type { RequestStopped } from '../../core/domain/escalation.ts';
import { fingerprintOf, type IncidentOpened, membershipOf } from '../../core/domain/incidents/incident.ts';
import { fingerprintValues, type IncidentRow, toIncident } from './incident-rows.ts';
import { BEGIN_ANEW, CLOSED_MEANWHILE, COUNT, JOIN, TAKE_LIVE } from './incident-statements.ts';

/** Called in the transaction that stored an escalation. Answers whether others have to be told something. */
export type GroupStop = (tx: Queryable, escalationId: string, stopped: RequestStopped) => Promise<boolean>;

export interface GroupStopOptions {
  readonly newId: NewId;
  readonly windowMs: number;
  readonly message: (opened: IncidentOpened, now: Date) => OutgoingMessage;
}

const OUTBOX = outboxInsert(1);

/** To which incident a stop belongs. Undefined: to none. */
const incidentOf = async (
  tx: Queryable,
  stopped: RequestStopped,
  { newId, windowMs }: GroupStopOptions,
): Promise<string | undefined> => {
  const { tenantId, failedAt } = stopped;
  const values = [tenantId, ...fingerprintValues(fingerprintOf(stopped)), failedAt];
  const [closed] = await tx.query<{ id: string }>({ name: 'incident-closed', text: CLOSED_MEANWHILE, values });
  if (closed) return closed.id;
  const [row] = await tx.query<IncidentRow>({ name: 'incident-live', text: TAKE_LIVE, values: [newId(), ...values] });
  if (row === undefined) return undefined;
  const membership = membershipOf(toIncident(row), failedAt, windowMs);
  if (membership === 'begins-anew')
    await tx.query({ name: 'incident-anew', text: BEGIN_ANEW, values: [row.id, failedAt] });
  return membership === 'apart' ? undefined : row.id;
};

/** Puts each stop to those that happened for the same reason; the second request of them opens an incident. */
export const createGroupStop =
  (options: GroupStopOptions): GroupStop =>
  async (tx, escalationId, stopped) => {
    const incidentId = await incidentOf(tx, stopped, options);
    if (incidentId === undefined) return false;
    await tx.query({ name: 'incident-join', text: JOIN, values: [escalationId, incidentId] });
    const [row] = await tx.query<IncidentRow & { readonly opens: boolean }>({
      name: 'incident-count',
      text: COUNT,
      values: [incidentId, stopped.requestId, stopped.failedAt],
    });
    if (row?.opens !== true) return false;
    const incident = toIncident(row);
    const message = options.message({ incident, stopped }, incident.openedAt ?? incident.lastAt);
    await tx.query({ name: 'incident-outbox', text: OUTBOX, values: outboxValues([message]) });
    return true;
  };
