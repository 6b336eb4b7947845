import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export interface OutsideWorldOptions {
  /** The emulator keeps its messages in `bus/`, the sandbox its record in `sandbox/`. */
  readonly dataDirectory: string;
  /** Of 127.0.0.1; a free one when absent or taken. */
  readonly sandboxPort?: number | undefined;
  /** An SNS and SQS endpoint to be used instead of an emulator. */
  readonly awsEndpointUrl?: string | undefined;
  /** Where the sandbox's Jira announces changes, and what it signs them with. */
  readonly webhook?: { readonly url: string; readonly secret: string };
}

export interface OutsideWorld {
  /** Of SNS and SQS. */
  readonly endpoint: string;
  readonly sandboxUrl: string;
  readonly pid: number;
  /** Resolves when the process has ended, whoever ended it. */
  readonly ended: Promise<void>;
  /** Waits until everything is on disk and the process is gone. */
  stop(): Promise<void>;
}

interface Addresses {
  readonly endpoint: string;
  readonly sandboxUrl: string;
}

/**
 * Runs what is not ours in a process of its own, so that its work is counted apart: the emulator of SNS and SQS, and the
 * sandbox. It ends when this process does, however that ends.
 */
export const startOutsideWorld = async (options: OutsideWorldOptions): Promise<OutsideWorld> => {
  const child = fork(fileURLToPath(new URL('main.ts', import.meta.url)), {
    env: environmentFor(options),
    // Short-lived objects only: a small nursery costs no time and saves a hundred megabytes.
    execArgv: ['--max-semi-space-size=4'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit').then(() => undefined);
  const addresses = await ready(child);
  return {
    ...addresses,
    pid: child.pid ?? 0,
    ended,
    stop: async () => {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
};

const environmentFor = ({
  dataDirectory,
  sandboxPort,
  awsEndpointUrl,
  webhook,
}: OutsideWorldOptions): NodeJS.ProcessEnv => {
  const { PAO_SANDBOX_PORT: _port, AWS_ENDPOINT_URL: _endpoint, ...inherited } = process.env;
  return {
    ...inherited,
    PAO_DATA_DIR: dataDirectory,
    ...(sandboxPort === undefined ? {} : { PAO_SANDBOX_PORT: String(sandboxPort) }),
    ...(awsEndpointUrl === undefined ? {} : { AWS_ENDPOINT_URL: awsEndpointUrl }),
    ...(webhook && { PAO_SANDBOX_WEBHOOK_URL: webhook.url, PAO_SANDBOX_WEBHOOK_SECRET: webhook.secret }),
  };
};

const ready = (child: ChildProcess): Promise<Addresses> =>
  new Promise((resolve, reject) => {
    child.once('message', (message) => resolve(message as Addresses));
    child.once('error', reject);
    child.once('exit', (code, signal) =>
      reject(new Error(`The emulator and sandbox ended at once: ${code ?? signal}`)),
    );
  });
