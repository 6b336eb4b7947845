import { ESCALATION_MESSAGE_LIMIT, type EscalatedTask } from '@pao/contracts';

const bytesOf = (value: unknown): number => (value === undefined ? 0 : Buffer.byteLength(JSON.stringify(value)));

interface Cut {
  /** What of a task may be left out, as it takes room. */
  readonly of: (task: EscalatedTask) => unknown;
  readonly without: (task: EscalatedTask) => EscalatedTask;
}

/** What people can look up in the request goes before what they find nowhere else. */
const CUTS: readonly Cut[] = [
  {
    of: ({ setup }) => setup ?? undefined,
    without: (task) => ({ ...task, setup: null, setupCut: true }),
  },
  {
    of: ({ failure }) => failure?.evidence,
    without: ({ failure, ...task }) =>
      failure ? { ...task, failure: { code: failure.code, message: failure.message } } : task,
  },
  {
    of: ({ outputs }) => (Object.keys(outputs).length > 0 ? outputs : undefined),
    without: (task) => ({ ...task, outputs: {} }),
  },
  { of: ({ manual }) => manual, without: ({ manual: _manual, ...task }) => task },
];

/**
 * The tasks of an escalation, made to fit a message: the largest setups are left out first, then the largest of the rest. The same
 * tasks are always cut the same way.
 * @param frame bytes of the message without any task.
 */
export const fitTasks = (
  tasks: readonly EscalatedTask[],
  frame: number,
  limit: number = ESCALATION_MESSAGE_LIMIT,
): EscalatedTask[] => {
  let fitted = [...tasks];
  // A comma stands after each but the last.
  let bytes = frame + fitted.reduce((sum, task) => sum + bytesOf(task) + 1, 0);
  for (const { of, without } of CUTS) {
    const bySize = fitted
      .map((task, index) => ({ index, size: bytesOf(of(task)) }))
      .filter(({ size }) => size > 0)
      .toSorted((a, b) => b.size - a.size || a.index - b.index);
    for (const { index } of bySize) {
      if (bytes < limit) return fitted;
      const whole = fitted[index] as EscalatedTask;
      const cut = without(whole);
      bytes -= bytesOf(whole) - bytesOf(cut);
      fitted = fitted.with(index, cut);
    }
  }
  return fitted;
};
