import type { ExecutorDependencies } from '../core/use-cases/executor.ts';

/** Work that nobody traces. */
export const untraced: Pick<ExecutorDependencies, 'inContextOf' | 'inTaskSpan'> = {
  inContextOf: (_command, work) => work(),
  inTaskSpan: (_command, work) => work(),
};
