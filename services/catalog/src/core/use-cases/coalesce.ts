/**
 * Runs `work` for many callers with as few runs as can be: who calls while a run is under way gets the next one, shared by all
 * who wait. So each caller sees everything that was true when it called.
 */
export const coalesce = <T>(work: () => Promise<T>): (() => Promise<T>) => {
  let running: Promise<T> | undefined;
  let next: Promise<T> | undefined;
  const run = (): Promise<T> => {
    next = undefined;
    const current = work().finally(() => {
      if (running === current) running = undefined;
    });
    running = current;
    return current;
  };
  return () => {
    if (!running) return run();
    next ??= running.then(run, run);
    return next;
  };
};
