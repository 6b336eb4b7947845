import { isJsonObject } from '@pao/kernel';
import type { PlannedTask } from './plan.ts';
import type { Pool } from './pools.ts';
import type { Task } from './request.ts';

/** Why the effect of a task stays, whoever rolls back. */
export type WhyStays = 'by-hand' | 'not-undoable' | 'condition' | 'unknown' | 'broke-off';

export interface Stays {
  readonly why: WhyStays;
  /** For people. */
  readonly note: string;
}

interface Options {
  readonly pools: readonly Pick<Pool, 'name' | 'actionTypes'>[];
}

/** `nothing`: it left nothing behind. Undefined: it can be undone. */
export const stayingBecause = (task: Task, planned: PlannedTask, options: Options): Stays | 'nothing' | undefined => {
  if (task.byHand) return { why: 'by-hand', note: `People did it by hand${ticketOf(task)}: undo it by hand.` };
  if (readsOnly(planned)) return 'nothing';
  const can = canUndo(planned, options);
  if (task.status === 'completed') return can ? undefined : { why: 'not-undoable', note: notUndoable(planned) };
  // A run that broke off left what its state has, and a run that destroys takes away just that.
  if (can && isDestroyed(planned)) return undefined;
  if (task.stuck === 'outcome-unknown')
    return {
      why: 'unknown',
      note: 'Nobody knows whether it happened. Look at its target, and undo by hand what is there.',
    };
  return doneBefore(task) ? { why: 'broke-off', note: BROKE_OFF } : 'nothing';
};

const BROKE_OFF =
  'It failed on its way: what its steps had done until then is in the evidence of its failure. Undo it by hand.';

const ticketOf = ({ ticket }: Task): string => (ticket ? ` (ticket ${ticket.key})` : '');

const READS: ReadonlySet<unknown> = new Set(['GET', 'HEAD', 'OPTIONS']);

const readsOnly = ({ action, undoes }: PlannedTask): boolean => {
  const { endpoint } = action.config;
  if (undoes !== 'by-itself' || action.type !== 'rest-api' || endpoint === undefined) return false;
  return isJsonObject(endpoint) && READS.has(endpoint.method);
};

const doneBefore = ({ failure }: Task): boolean => {
  const done = failure?.evidence?.doneBefore;
  return Array.isArray(done) && done.length > 0;
};

/** What Terraform does is undone where the document says so: by destroying all that its state has. */
const isDestroyed = ({ action, undoes }: PlannedTask): boolean => {
  const { mode, repository, destroyOnRollback } = action.config;
  const isApplied = mode === 'apply' || (mode === undefined && repository === undefined);
  return undoes === 'by-itself' && action.type === 'terraform' && isApplied && destroyOnRollback === true;
};

const canUndo = (planned: PlannedTask, { pools }: Options): boolean => {
  const { action, undoes } = planned;
  if (undoes === 'by-rollback') return true;
  if (action.type === 'terraform') return isDestroyed(planned);
  const pool = pools.find(({ name }) => name === action.executor);
  return pool?.actionTypes.find(({ type }) => type === action.type)?.canRollBack === true;
};

const notUndoable = ({ action: { type } }: PlannedTask): string =>
  type === 'terraform'
    ? 'Its document says neither `rollback` nor, of an apply, `destroyOnRollback`. Undo it by hand.'
    : `Its document says no \`rollback\`, and actions of the type ${type} can't undo themselves. Undo it by hand.`;
