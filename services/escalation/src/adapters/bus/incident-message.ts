import type { OutgoingMessage } from '@pao/bus';
import { encodeMessage, incidentOpenedV1 } from '@pao/contracts';
import type { NewId } from '@pao/kernel';
import { type IncidentOpened, titleOf } from '../../core/domain/incidents/incident.ts';

/** What others are told when an incident opens. */
export const createIncidentMessage =
  (newId: NewId) =>
  ({ incident, stopped }: IncidentOpened, now: Date): OutgoingMessage => {
    const id = newId();
    const { correlationId, tenantId, requestId } = stopped;
    const openedAt = (incident.openedAt ?? now).toISOString();
    const body = encodeMessage(
      incidentOpenedV1,
      { id, subject: incident.id, time: now, correlationId, tenantId },
      {
        ...{ incidentId: incident.id, title: titleOf(incident.fingerprint), ...incident.fingerprint, requestId },
        ...{ firstAt: incident.firstAt.toISOString(), openedAt },
      },
    );
    const { channel, type } = incidentOpenedV1;
    return { id, destination: `topic:${channel}`, groupId: incident.id, dedupId: id, type, body };
  };
