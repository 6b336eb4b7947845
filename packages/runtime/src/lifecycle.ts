import { errorMessage } from '@pao/kernel';
import type { Logger } from './logger.ts';

/** Something that runs until it is stopped. A process runs one, or several combined. */
export interface Service {
  readonly name: string;
  /** Resolves when it works. A failed start leaves nothing running. */
  start(): Promise<void>;
  /** Ends cleanly what is under way. Safe to call twice, and before `start`. */
  stop(): Promise<void>;
}

const stopInReverse = async (services: readonly Service[]): Promise<void> => {
  const failures: unknown[] = [];
  for (const service of services.toReversed()) {
    try {
      await service.stop();
    } catch (error) {
      failures.push(new Error(`${service.name} did not stop: ${errorMessage(error)}`, { cause: error }));
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, failures.map(errorMessage).join('; '));
};

/**
 * One service of several: started in order, stopped in reverse. When one fails to start, those before it are stopped again; when
 * one fails to stop, the others are stopped all the same. A stop during the start lets the part that is starting finish first.
 */
export const combineServices = (name: string, services: readonly Service[]): Service => {
  let started: Service[] = [];
  let starting: Promise<void> | undefined;
  let stopping = false;
  const stopStarted = async (): Promise<void> => {
    const running = started;
    started = [];
    await stopInReverse(running);
  };
  const startAll = async (): Promise<void> => {
    for (const service of services) {
      if (stopping) throw new Error(`${name} was stopped while it started`);
      try {
        await service.start();
      } catch (error) {
        await stopStarted();
        throw error;
      }
      started.push(service);
    }
  };
  return {
    name,
    start: () => {
      stopping = false;
      starting = startAll();
      return starting;
    },
    stop: async () => {
      stopping = true;
      await starting?.catch(() => undefined);
      await stopStarted();
    },
  };
};

export interface RunOptions {
  readonly service: Service;
  readonly logger: Logger;
  /** Milliseconds that a stop may take before the process ends anyway; 25 seconds, below the 30 that Kubernetes grants. */
  readonly deadlineMs?: number;
}

/** Stops the service and ends the process; with status 1 where the stop fails or takes too long. */
const end = async ({ service, logger, deadlineMs = 25_000 }: RunOptions, status: number): Promise<never> => {
  setTimeout(() => {
    logger.fatal({ deadlineMs }, 'the stop took too long');
    process.exit(1);
  }, deadlineMs);
  try {
    await service.stop();
    logger.info('stopped');
  } catch (error) {
    logger.fatal({ err: error }, 'could not stop cleanly');
    process.exit(1);
  }
  process.exit(status);
};

/**
 * Runs a service as this process: starts it, stops it on SIGINT or SIGTERM (a second signal ends the process at once) and
 * after a fault that nobody caught. Resolves when it has started; after a failed start the process ends with status 1.
 */
export const runService = async (options: RunOptions): Promise<void> => {
  const { service, logger } = options;
  let ending: Promise<never> | undefined;
  const stop = (): void => {
    if (ending) process.exit(130);
    ending = end(options, 0);
  };
  const fail = (error: unknown, message: string): Promise<never> => {
    logger.fatal({ err: error }, message);
    ending ??= end(options, 1);
    return ending;
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  process.on('uncaughtException', (error) => void fail(error, 'uncaught exception'));
  try {
    await service.start();
  } catch (error) {
    // A start that a stop broke off is no fault.
    await (ending ?? fail(error, 'could not start'));
  }
};
