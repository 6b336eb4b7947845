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
 * one fails to stop, the others are stopped all the same.
 */
export const combineServices = (name: string, services: readonly Service[]): Service => {
  let started: Service[] = [];
  const stop = async (): Promise<void> => {
    const running = started;
    started = [];
    await stopInReverse(running);
  };
  const start = async (): Promise<void> => {
    for (const service of services) {
      try {
        await service.start();
      } catch (error) {
        await stop();
        throw error;
      }
      started.push(service);
    }
  };
  return { name, start, stop };
};

export interface RunOptions {
  readonly service: Service;
  readonly logger: Logger;
  /** Milliseconds that a stop may take before the process ends anyway; 25 seconds, below the 30 that Kubernetes grants. */
  readonly deadlineMs?: number;
}

/** Stops, or ends the process with status 1 where that fails or takes too long. */
const end = async ({ service, logger, deadlineMs = 25_000 }: RunOptions, status: number): Promise<void> => {
  const overdue = setTimeout(() => {
    logger.fatal({ deadlineMs }, 'the stop took too long');
    process.exit(1);
  }, deadlineMs);
  try {
    await service.stop();
    clearTimeout(overdue);
    logger.info({ service: service.name }, 'stopped');
    process.exitCode = status;
  } catch (error) {
    logger.fatal({ err: error }, 'could not stop cleanly');
    process.exitCode = 1;
  }
  logger.flush();
  process.exit();
};

/**
 * Runs a service as this process: starts it, stops it on SIGINT or SIGTERM (a second signal ends the process at once) and
 * after a fault that nobody caught. Resolves when it has started; after a failed start the process ends with status 1.
 */
export const runService = async (options: RunOptions): Promise<void> => {
  const { service, logger } = options;
  let ending = false;
  const endOnce = (status: number): void => {
    if (ending) process.exit(status || 130);
    ending = true;
    void end(options, status);
  };
  process.on('SIGINT', () => endOnce(0));
  process.on('SIGTERM', () => endOnce(0));
  process.on('uncaughtException', (error) => {
    logger.fatal({ err: error }, 'uncaught exception');
    endOnce(1);
  });
  try {
    await service.start();
  } catch (error) {
    logger.fatal({ err: error }, 'could not start');
    endOnce(1);
  }
};
