import { setTimeout as sleep } from 'node:timers/promises';
import { answersAt, freePort, type RunningProcess, startProcess } from '@pao/testkit';

export interface Supervised {
  readonly url: string;
  /** Until it is there and ready. */
  up(): Promise<void>;
  /** SIGKILL, at once; false when there is no process at the moment. */
  kill(): boolean;
  /** SIGSTOP, and after so long SIGCONT; a kill in between is one. */
  freeze(ms: number): Promise<void>;
  stop(): Promise<void>;
}

export interface SupervisedOptions {
  readonly entry: URL;
  readonly environment: Readonly<Record<string, string>>;
}

/** Before a start that failed is tried again. */
const PAUSE_MS = 100;

/** A process that is started again whenever it ends, as whatever runs services in production does. */
export const supervise = async ({ entry, environment }: SupervisedOptions): Promise<Supervised> => {
  const url = `http://127.0.0.1:${await freePort()}`;
  let pid: number | undefined;
  let isStopping = false;

  const start = async (): Promise<RunningProcess | undefined> => {
    try {
      return await startProcess(entry, {
        environment: { ...environment, PAO_PORT: new URL(url).port },
        isReady: answersAt(`${url}/api/v1/health/ready`),
        onSpawn: (spawned) => {
          pid = spawned;
        },
        timeoutMs: 60_000,
      });
    } catch {
      // It was killed while it started, or what it needs was away.
      return undefined;
    }
  };
  const keepUp = async (): Promise<void> => {
    while (!isStopping) {
      const running = await start();
      await running?.ended;
      pid = undefined;
      if (running === undefined) await sleep(PAUSE_MS);
    }
  };
  const kept = keepUp();

  const signal = (name: NodeJS.Signals): boolean => pid !== undefined && process.kill(pid, name);
  const kill = (): boolean => {
    const isKilled = signal('SIGKILL');
    pid = undefined;
    return isKilled;
  };
  return {
    url,
    up: async () => {
      while (pid === undefined || !(await answersAt(`${url}/api/v1/health/ready`)().catch(() => false)))
        await sleep(40);
    },
    kill,
    freeze: async (ms) => {
      const frozen = pid;
      signal('SIGSTOP');
      await sleep(ms);
      if (pid === frozen) signal('SIGCONT');
    },
    stop: async () => {
      isStopping = true;
      kill();
      await kept;
    },
  };
};
