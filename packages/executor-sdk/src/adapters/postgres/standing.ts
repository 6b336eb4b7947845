import type { CompletedTask } from '@pao/contracts';
import type { Database } from '@pao/postgres';
import type { InDoubtAttempt } from '../../core/domain/attempt.ts';
import type { StepPoint } from '../../core/domain/steps.ts';
import type { TaskCommand } from '../../core/domain/task-command.ts';
import type { StartAnswer } from '../../core/ports/attempt-ledger.ts';
import type { AttemptRow, PostgresLedgerOptions } from './batched-writes.ts';
import { COMPLETED_BEFORE, FIND_STANDING } from './statements.ts';

export interface OpenRow extends AttemptRow {
  readonly command: string;
  readonly point: string | null;
  readonly preceded_by: string | null;
}

/** Which task began with the end of another. */
export interface FollowedRow {
  readonly followed_by: string | null;
  readonly followed_generation: number | null;
}

export const isFollowed = (
  row: FollowedRow | undefined,
): row is { readonly followed_by: string; readonly followed_generation: number } =>
  typeof row?.followed_by === 'string';

interface StandingRow extends Omit<AttemptRow, 'task_id'>, FollowedRow {
  readonly command: string | null;
  readonly point: string | null;
  readonly preceded_by: string | null;
  readonly outcome: string | null;
  readonly in_doubt: boolean;
  readonly lease_left_ms: number;
}

/** What attempts of earlier processes are recognised by; a name that nobody has while the instance may have twins. */
export const predecessorOf = ({ owner }: PostgresLedgerOptions): readonly string[] => [
  owner.exclusive ? owner.instance : '',
  owner.bootId,
];

export const createToInDoubt =
  ({ database }: PostgresLedgerOptions) =>
  async (row: OpenRow): Promise<InDoubtAttempt> => {
    const command = JSON.parse(row.command) as TaskCommand;
    const before = row.preceded_by === null || command.completedBefore ? [] : await completedBefore(database, row);
    return {
      key: { taskId: row.task_id, generation: row.generation, step: row.step },
      fence: row.fence,
      startedAt: row.started_at,
      command: before.length > 0 ? { ...command, completedBefore: before } : command,
      ...(row.point !== null && { point: JSON.parse(row.point) as StepPoint }),
    };
  };

const completedBefore = async (database: Database, { task_id, generation }: OpenRow): Promise<CompletedTask[]> => {
  const rows = await database.query<{ readonly completed: string }>({
    name: 'attempt-completed-before',
    text: COMPLETED_BEFORE,
    values: [task_id, generation],
  });
  return rows.map(({ completed }) => JSON.parse(completed) as CompletedTask);
};

type AttemptedTask = Pick<TaskCommand, 'taskId' | 'generation'>;

/** Why a command does not start, by what began with its end if anything did; an end is told again. */
export const createFindStanding = (
  options: PostgresLedgerOptions,
  tellEnd: (task: AttemptedTask) => Promise<void>,
): ((task: AttemptedTask) => Promise<StartAnswer>) => {
  const toInDoubt = createToInDoubt(options);
  const findStanding = async ({ taskId, generation }: AttemptedTask): Promise<StartAnswer> => {
    const values = [...predecessorOf(options), taskId, generation];
    const rows = await options.database.query<StandingRow>({ name: 'attempt-standing', text: FIND_STANDING, values });
    const [row] = rows;
    if (row === undefined) throw new Error(`task ${taskId}, generation ${generation}, neither starts nor stands`);
    if (row.generation > generation) return { kind: 'superseded' };
    if (isFollowed(row)) return findStanding({ taskId: row.followed_by, generation: row.followed_generation });
    if (row.outcome !== null || row.command === null) {
      await tellEnd({ taskId, generation });
      return { kind: 'ended' };
    }
    if (!row.in_doubt) return { kind: 'running', leaseLeftMs: Math.max(0, row.lease_left_ms) };
    return { kind: 'in-doubt', attempt: await toInDoubt({ ...row, task_id: taskId, command: row.command }) };
  };
  return findStanding;
};
