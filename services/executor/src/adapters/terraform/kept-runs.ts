import type { Run } from './cli.ts';

/** A step that follows at once comes within a moment. */
const KEEP_MS = 60_000;

/** Folders with a plan whose apply comes at once. A plan holds every value in clear, so none is kept for longer. */
export interface KeptRuns {
  keep(name: string, run: Run): void;
  /** Whoever takes it closes it. */
  take(name: string): Run | undefined;
}

export const createKeptRuns = (): KeptRuns => {
  const kept = new Map<string, { readonly run: Run; readonly timer: NodeJS.Timeout }>();
  const take = (name: string): Run | undefined => {
    const found = kept.get(name);
    kept.delete(name);
    clearTimeout(found?.timer);
    return found?.run;
  };
  return {
    take,
    keep: (name, run) => {
      void take(name)?.close();
      const timer = setTimeout(() => void take(name)?.close(), KEEP_MS);
      timer.unref();
      kept.set(name, { run, timer });
    },
  };
};
