import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { errorMessage } from '@pao/kernel';
import type { Service } from '@pao/runtime';

export interface ServiceThreadOptions {
  readonly name: string;
  /**
   * The module that the thread runs. It loads what it needs, takes a message with the variables of its service, starts that, posts
   * `{ port }`, and at the next message stops it and ends.
   */
  readonly module: URL;
  /** What else the module takes, as its `workerData`. */
  readonly data?: unknown;
}

export interface ThreadedService extends Service {
  /** Of 127.0.0.1, once it has started; 0 before. */
  readonly port: number;
}

export interface ServiceThread {
  /** The thread's one service, which is told these variables when it starts. */
  service(variables: NodeJS.ProcessEnv): ThreadedService;
  /** Ends the thread, whatever it is doing. For one whose service is not running. */
  discard(): Promise<void>;
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
 * Starts a thread of its own for a service, which is a core of its own where there are several; its modules load while this
 * thread does other things. The two share no memory: they speak over the bus, the database and HTTP, as they do in processes
 * apart. A fault that nobody caught in there is one of this process.
 */
export const startServiceThread = ({ name, module, data }: ServiceThreadOptions): ServiceThread => {
  const thread = new Worker(module, { name, workerData: data });
  const endedByItself = (code: number): void => {
    thread.emit('error', new Error(`its thread ended by itself, with ${code}`));
  };
  const begin = async (variables: NodeJS.ProcessEnv): Promise<number> => {
    const started = next(thread, 'message');
    thread.postMessage({ ...variables });
    const { port } = (await started) as { port: number };
    thread.on('error', passOn);
    return port;
  };
  const end = async (): Promise<void> => {
    thread.off('error', passOn).off('exit', endedByItself);
    const ended = next(thread, 'exit');
    thread.postMessage('stop');
    await ended;
  };
  thread.once('exit', endedByItself);
  thread.once('error', () => thread.off('exit', endedByItself));
  return {
    service: (variables) => {
      let port = 0;
      return {
        name,
        get port() {
          return port;
        },
        start: async () => {
          port = await begin(variables);
        },
        stop: async () => {
          if (port !== 0) await end();
          port = 0;
        },
      };
    },
    discard: async () => {
      thread.off('exit', endedByItself);
      await thread.terminate();
    },
  };
};
