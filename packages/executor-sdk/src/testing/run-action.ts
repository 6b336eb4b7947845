import type { JsonObject } from '@pao/kernel';
import type { DefinedAction } from '../action/define-action.ts';
import type { Answer } from '../core/domain/verdict.ts';
import type { Executor } from '../core/use-cases/executor.ts';
import { type ActionWorld, type ActionWorldOptions, actionWorld, type Guard, toldOf } from './action-process.ts';

/** How long, in virtual time, a task may go on. */
const MOST_MS = 400 * 86_400_000;
const MOST_TURNS = 5_000;

export type RunOutcome = 'succeeded' | 'failed' | 'stuck' | 'waiting' | 'cancelled';

const OUTCOMES: { readonly [type: string]: RunOutcome } = {
  'task-succeeded.v1': 'succeeded',
  'task-failed.v1': 'failed',
  'task-stuck.v1': 'stuck',
  'task-waiting.v1': 'waiting',
  'task-cancelled.v1': 'cancelled',
};

export interface ActionRun {
  /** `stuck`: nobody knows whether it happened. `waiting`: for an answer that `answers` does not give. */
  readonly outcome: RunOutcome;
  readonly outputs: JsonObject;
  readonly failure?: { readonly code: string; readonly message: string; readonly evidence?: JsonObject };
  /** What the last `waitFor` waited for. */
  readonly waitingFor?: JsonObject;
  /** Messages of its log, in order. */
  readonly log: readonly string[];
  /** Types of the events that were told. */
  readonly told: readonly string[];
  /** The task. */
  readonly task: { readonly taskId: string; readonly generation: number; readonly externalRef?: string };
}

export interface RunActionOptions extends Omit<ActionWorldOptions, 'rollbackOf'> {
  /** What comes for the waits, in order. */
  readonly answers?: readonly Answer[];
  /** Undoes what this run has done. */
  readonly undo?: ActionRun;
}

const linesOf = (data: JsonObject): readonly string[] => {
  const lines = (data['lines'] ?? data['log'] ?? []) as readonly { readonly message: string }[];
  return lines.map(({ message }) => message);
};

export const endOf = ({ ledger, command }: ActionWorld): ActionRun => {
  const told = toldOf(ledger);
  const last = told.findLast(({ type }) => OUTCOMES[type] !== undefined);
  const { outputs = {}, failure, waitingFor, externalRef } = last?.data ?? {};
  return {
    outcome: OUTCOMES[last?.type ?? ''] ?? 'stuck',
    outputs: outputs as JsonObject,
    ...(failure !== undefined && { failure: failure as unknown as NonNullable<ActionRun['failure']> }),
    ...(waitingFor !== undefined && { waitingFor: waitingFor as JsonObject }),
    log: told.flatMap(({ data }) => linesOf(data)),
    told: told.map(({ type }) => type),
    task: {
      taskId: command.taskId,
      generation: command.generation,
      ...(typeof externalRef === 'string' && { externalRef }),
    },
  };
};

const isOver = (world: ActionWorld): boolean => {
  const open = [...world.ledger.attempts.values()].some(({ end }) => !end);
  return !open && world.ledger.waiting.size === 0 && world.ledger.attempts.size > 0;
};

/** Has an executor go on until the task is over, or waits for an answer that nobody gives. */
export const carryOn = async (world: ActionWorld, executor: Executor, answers: Answer[] = []): Promise<void> => {
  const { time, ledger, command } = world;
  await executor.executeTask(command);
  for (let turn = 0; turn < MOST_TURNS && !isOver(world) && time.elapsed() < MOST_MS; turn += 1) {
    await executor.settleAbandonedAttempts();
    const [waiting] = ledger.waiting.values();
    const answer =
      waiting && waiting.answer === undefined ? answers.find(({ kind }) => kind === waiting.park.kind) : undefined;
    if (answer !== undefined) {
      answers.splice(answers.indexOf(answer), 1);
      await executor.answerTask(command, { answer, digest: `${turn}` });
    } else if (waiting !== undefined && waiting.park.kind !== 'check' && waiting.answer === undefined) return;
    await executor.wakeParkedTasks();
    const next = Math.min(...[...ledger.waiting.values()].map(({ wakeAt }) => wakeAt - time.elapsed()));
    time.advance(Number.isFinite(next) && next > 0 ? next : 1_000);
    await executor.executeTask(command);
  }
};

/**
 * Carries out one task of an action on a ledger in memory, looks and waits included; time for pauses and waits passes at once. What the
 * action calls is what it calls.
 */
export const runActionOnce = async (
  action: DefinedAction,
  config: object,
  options: RunActionOptions = {},
): Promise<ActionRun> => {
  const { answers = [], undo, ...rest } = options;
  const rollbackOf = undo && { ...undo.task, outputs: undo.outputs };
  const world = actionWorld(action, config, { ...rest, ...(rollbackOf && { rollbackOf }) });
  await carryOn(world, world.startProcess(), [...answers]);
  return endOf(world);
};

export interface CrashOptions extends Omit<RunActionOptions, 'undo'> {
  /** Puts the target back, before each crash. */
  reset(): Promise<void> | void;
  /** How often the effect has happened since then. */
  effects(): Promise<number> | number;
}

export interface Crash {
  /** Where the process was stopped: `after ledger.start`. */
  readonly point: string;
  readonly outcome: RunOutcome;
  readonly effects: number;
}

class Killed extends Error {}

/** A guard that stops the process at its n-th point for good: nothing after it happens. */
const stopAt = (at: number): { readonly guard: Guard; readonly point: () => string | undefined } => {
  let count = 0;
  let stopped: string | undefined;
  const pass = (name: string): void => {
    if (stopped !== undefined) throw new Killed();
    count += 1;
    if (count !== at) return;
    stopped = name;
    throw new Killed();
  };
  const guard: Guard = async (name, work) => {
    pass(`before ${name}`);
    const result = await work();
    pass(`after ${name}`);
    return result;
  };
  return { guard, point: () => stopped };
};

/**
 * Stops the process at one point and has another go on when the lease is over; undefined when there are fewer points.
 * @param at from 1: before and after each effect, probe, look and write to the ledger
 */
export const crashAt = async (
  action: DefinedAction,
  config: object,
  at: number,
  options: CrashOptions,
): Promise<Crash | undefined> => {
  await options.reset();
  const { reset: _reset, effects, answers = [], ...rest } = options;
  const world = actionWorld(action, config, rest);
  const { guard, point } = stopAt(at);
  const left = [...answers];
  await carryOn(world, world.startProcess(guard), left).catch((thrown: unknown) => {
    if (!(thrown instanceof Killed) && point() === undefined) throw thrown;
  });
  const stopped = point();
  if (stopped === undefined) return undefined;
  world.time.advance(3_700_000);
  await carryOn(world, world.startProcess(), [...answers]);
  return { point: stopped, outcome: endOf(world).outcome, effects: await effects() };
};

/** `crashAt` at every point there is. */
export const crashEverywhere = async (
  action: DefinedAction,
  config: object,
  options: CrashOptions,
): Promise<readonly Crash[]> => {
  const crashes: Crash[] = [];
  for (let at = 1; ; at += 1) {
    const crash = await crashAt(action, config, at, options);
    if (crash === undefined) return crashes;
    crashes.push(crash);
  }
};
