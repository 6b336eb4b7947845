import type { OutgoingMessage } from '@pao/bus';
import { outboxValues } from '@pao/postgres';
import type { TaskCancellation } from '../../core/domain/task-command.ts';
import type { PostgresLedgerOptions } from './batched-writes.ts';
import { CANCEL, TELL_CANCELLED } from './statements.ts';

interface Cancelling {
  readonly cancellation: TaskCancellation;
  readonly step: string;
  readonly message: OutgoingMessage;
}

/** The end of what never starts: recorded, or told once more where it was recorded before. */
export const createCancel =
  ({ database, owner, onMessages }: PostgresLedgerOptions) =>
  async ({ cancellation, step, message }: Cancelling): Promise<'cancelled' | 'begun'> => {
    const { taskId, generation, requestId, tenantId, actionType } = cancellation;
    const about = [taskId, generation, step, requestId, tenantId, actionType, owner.instance, owner.bootId];
    const told = outboxValues([message]);
    let rows = await database.query({ name: 'attempt-cancel', text: CANCEL, values: [...about, ...told] });
    if (rows.length === 0) {
      const values = [taskId, generation, ...told];
      rows = await database.query({ name: 'attempt-tell-cancelled', text: TELL_CANCELLED, values });
    }
    if (rows.length === 0) return 'begun';
    onMessages();
    return 'cancelled';
  };
