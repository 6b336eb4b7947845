import type { NewId } from '@pao/kernel';
import type { RequestStopped } from '../domain/escalation.ts';
import type { EscalationStore } from '../ports/escalation-store.ts';

export type RecordStop = (eventId: string, stopped: RequestStopped) => Promise<void>;

/** A request stopped: from now on it is listed as waiting for a person. */
export const createRecordStop =
  (store: Pick<EscalationStore, 'open'>, newId: NewId): RecordStop =>
  (eventId, stopped) =>
    store.open(eventId, newId(), stopped);
