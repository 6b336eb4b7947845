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

/**
 * Starts a thread of its own for a service, which is a core of its own where there are several; its modules load while this
 * thread does other things. The two share no memory: they speak over the bus, the database and HTTP, as they do in processes
 * apart. A fault that nobody caught in there is one of this process.
 */
export const startServiceThread = ({ name, module, data }: ServiceThreadOptions): ServiceThread => {
  const thread = new Worker(module, { name, workerData: data });
  const ended = Promise.withResolvers<void>();
  let phase: 'starting' | 'running' | 'stopping' | 'failed' = 'starting';

  const fail = (error: Error): void => {
    const wasRunning = phase === 'running';
    phase = 'failed';
    ended.reject(error);
    // Start and stop say it themselves; in between nobody waits. What runs this process ends it for what nobody catches.
    if (wasRunning) throw error;
  };
  thread.once('error', (error) => fail(own(error)));
  thread.once('exit', (code) => {
    if (phase === 'stopping') ended.resolve();
    else if (phase !== 'failed') fail(new Error(`its thread ended by itself, with ${code}`));
  });
  // It may fail before anybody asks.
  ended.promise.catch(() => undefined);

  const begin = async (variables: NodeJS.ProcessEnv): Promise<number> => {
    const started = once(thread, 'message').then(([message]) => message as { readonly port: number });
    thread.postMessage({ ...variables });
    const answer = await Promise.race([started, ended.promise]);
    if (answer === undefined) throw new Error('its thread was discarded');
    phase = 'running';
    return answer.port;
  };
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
          if (phase !== 'running') return;
          phase = 'stopping';
          thread.postMessage('stop');
          await ended.promise;
        },
      };
    },
    discard: async () => {
      phase = 'stopping';
      await thread.terminate();
    },
  };
};
