import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { errorMessage } from '@pao/kernel';
import type { Service } from '@pao/runtime';

export interface ServiceThreadOptions {
  readonly name: string;
  /**
   * The module that the thread runs: it starts a service, posts `{ port }`, and ends by itself, the service stopped, when a
   * message comes.
   */
  readonly module: URL;
  /** The thread's environment variables, all of them. */
  readonly variables: NodeJS.ProcessEnv;
  /** What else the module takes, as its `workerData`. */
  readonly data?: unknown;
}

export interface ServiceThread extends Service {
  /** Of 127.0.0.1, once it has started; 0 before. */
  readonly port: number;
}

/** What came from another thread has the looks of an error, and is none. */
const own = (error: unknown): Error => new Error(errorMessage(error), { cause: error });

/** Thrown where nobody catches: what runs this process ends it, as it would for a fault of its own thread. */
const passOn = (error: unknown): never => {
  throw own(error);
};

const next = async (worker: Worker, event: 'message' | 'exit'): Promise<unknown> => {
  try {
    const [value] = await once(worker, event);
    return value;
  } catch (error) {
    throw own(error);
  }
};

/**
 * A service in a thread of its own, which is a core of its own where there are several. It shares no memory with this one: the
 * two speak over the bus, the database and HTTP, as they do in processes apart. A fault that nobody caught in there is one of
 * this process.
 */
export const createServiceThread = ({ name, module, variables, data }: ServiceThreadOptions): ServiceThread => {
  let worker: Worker | undefined;
  let port = 0;
  const startThread = (): Worker => {
    const thread = new Worker(module, { name, env: { ...variables }, workerData: data });
    const endedByItself = (code: number): void => {
      if (worker === thread || port === 0) thread.emit('error', new Error(`its thread ended by itself, with ${code}`));
    };
    thread.once('exit', endedByItself);
    thread.once('error', () => thread.off('exit', endedByItself));
    return thread;
  };
  return {
    name,
    get port() {
      return port;
    },
    start: async () => {
      const thread = startThread();
      ({ port } = (await next(thread, 'message')) as { port: number });
      thread.on('error', passOn);
      worker = thread;
    },
    stop: async () => {
      const thread = worker;
      worker = undefined;
      if (thread === undefined) return;
      thread.off('error', passOn);
      const ended = next(thread, 'exit');
      thread.postMessage('stop');
      await ended;
    },
  };
};
