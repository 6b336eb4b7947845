import type { Action } from '@pao/documents';
import type { Plan, PlannedTask, Undoes } from './plan.ts';
import type { Request } from './request.ts';

/** What undoes an action. */
export interface UndoAction {
  readonly action: Action;
  readonly undoes: Undoes;
}

const own = new WeakMap<Action, Action>();

/** The same object for the same action, so that what was worked out of it is kept beside it. */
const ownUndo = (action: Action): Action => {
  const known = own.get(action) ?? withoutRest(action);
  own.set(action, known);
  return known;
};

/** Whether it was to be done is decided, and what it gave was read. */
const withoutRest = ({
  when: _when,
  outputs: _outputs,
  rollback: _rollback,
  name: _name,
  ...action
}: Action): Action => ({
  ...action,
  id: `${action.id}-rollback`,
});

/** By what the document says, else by the action's own type; whether that can, is for others to say. */
export const undoActionOf = (action: Action): UndoAction =>
  action.rollback === undefined
    ? { action: ownUndo(action), undoes: 'by-itself' }
    : { action: action.rollback, undoes: 'by-rollback' };

/** What the plan says of what undoes the task at a position. */
export const plannedUndo = (plan: Plan, position: number): PlannedTask => {
  const planned = plan.tasks[position - 1];
  if (!planned) throw new RangeError(`the plan has no task ${position}`);
  return { ...planned, ...undoActionOf(planned.action), dependsOn: [position] };
};

/** The plan of a request that is rolled back: with what undoes its tasks, where they stand. */
export const withUndos = (plan: Plan, { tasks }: Request): Plan => {
  const undos = tasks.slice(plan.tasks.length).map(({ rollbackOf }) => plannedUndo(plan, rollbackOf ?? 0));
  return undos.length === 0 ? plan : { ...plan, tasks: [...plan.tasks, ...undos] };
};
