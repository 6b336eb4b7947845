import { compileAction, conditionOf, outputNames } from '@pao/documents';
import { findGiver } from './awaited-outputs.ts';
import type { Plan, PlannedTask } from './plan.ts';
import { tasksBefore } from './plan-view.ts';
import { type Request, taskAt } from './request.ts';
import { isOver } from './status.ts';

/** An output of a task that a later task reads. */
export interface NeededOutput {
  /** As it is told: `connection.host`. */
  readonly output: string;
  /** From the task's own outputs on. */
  readonly path: readonly string[];
  /** Position of the task that reads it. */
  readonly by: number;
  /** The reader does without it, too. */
  readonly optional: boolean;
}

/** What tasks that are not over read of one task that isn't either. */
export const neededOutputs = (plan: Plan, request: Request, position: number): readonly NeededOutput[] => {
  const needed = new Map<string, NeededOutput>();
  for (const [index, reader] of plan.tasks.entries()) {
    const by = index + 1;
    if (by === position || isOver(taskAt(request, by).status)) continue;
    const givers = giversOf(plan, request, by);
    if (!givers.includes(position)) continue;
    for (const read of readsOf(reader)) {
      const path = ownPath(plan, givers, read.path);
      if (findGiver(plan, givers, read) !== position || path.length === 0) continue;
      const key = JSON.stringify([by, path]);
      const optional = read.optional && (needed.get(key)?.optional ?? true);
      needed.set(key, { output: path.join('.'), path, by, optional });
    }
  }
  return [...needed.values()];
};

/** Positions of the tasks before one that give outputs or still may, the last first. */
export const giversOf = (plan: Plan, request: Request, position: number): readonly number[] =>
  tasksBefore(plan, position).filter((before) => taskAt(request, before).status !== 'skipped');

export interface Read {
  readonly namespace: 'output';
  readonly path: readonly string[];
  readonly optional: boolean;
}

/** The outputs that an action reads, in its configuration and its condition. */
export const readsOf = ({ action }: PlannedTask): readonly Read[] => {
  const compiled = compileAction(action);
  const written = (compiled.ok ? compiled.value.references : [])
    .filter(({ namespace }) => namespace === 'output')
    .map(({ path, optional }): Read => ({ namespace: 'output', path, optional }));
  // For a condition what is absent is null: it can be worked out without.
  const condition = conditionOf(action);
  const asked = (condition?.ok ? condition.value.paths : [])
    .filter(([namespace]) => namespace === 'output')
    .map(([, ...path]): Read => ({ namespace: 'output', path, optional: true }));
  return [...written, ...asked];
};

/** Without the user's own name for the request before it, which people need not know of. */
const ownPath = ({ name, tasks }: Plan, givers: readonly number[], path: readonly string[]): readonly string[] => {
  const [first, ...rest] = path;
  if (first !== name || rest.length === 0) return path;
  const isPromised = givers.some((giver) => {
    const task = tasks[giver - 1];
    return task !== undefined && outputNames(task.action).names.includes(first);
  });
  return isPromised ? path : rest;
};
