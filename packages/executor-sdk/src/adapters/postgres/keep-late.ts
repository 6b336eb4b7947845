import type { Hold } from '../../core/domain/attempt.ts';
import type { AttemptEnd } from '../../core/ports/attempt-ledger.ts';
import type { PostgresLedgerOptions } from './batched-writes.ts';
import { KEEP_LATE } from './statements.ts';

/** What becomes of an end that could not be recorded: it was before, or it is kept as evidence. */
export const createKeepLate =
  ({ database }: PostgresLedgerOptions) =>
  async ({ key: { taskId, generation, step }, fence }: Hold, end: AttemptEnd): Promise<'recorded' | 'late'> => {
    const [row] = await database.query<{ readonly recorded: boolean }>({
      name: 'attempt-keep-late',
      text: KEEP_LATE,
      values: [taskId, generation, step, fence, JSON.stringify(end)],
    });
    return row?.recorded === true ? 'recorded' : 'late';
  };
