import { createApp, createStores } from './fauxqs.ts';
import { answerWhenWritten, giveBackAbandoned, refuseBrowsers } from './hooks.ts';
import { MessageLog } from './message-log.ts';
import { persistStores } from './persistence.ts';

export interface EmulatorOptions {
  /** Where messages, queues, topics and subscriptions are kept; absent: in memory only. One emulator a directory. */
  readonly dataDirectory?: string;
  /** A port of 127.0.0.1; a free one when absent. */
  readonly port?: number;
  /** Of ARNs; `us-east-1` when absent. */
  readonly region?: string;
}

export interface Emulator {
  /** `http://127.0.0.1:port`, for the `endpoint` of SNS and SQS clients; any credentials will do. */
  readonly endpoint: string;
  stop(): Promise<void>;
}

/**
 * SNS and SQS on this machine (fauxqs in this process), for development and tests: FIFO order, visibility, redrive, filter
 * policies, long polls that end the moment a message comes. With a data directory nothing acknowledged is lost when the
 * process is killed; after a restart everything not deleted is visible at once. Deduplication starts anew at a restart.
 */
export const startEmulator = async (options: EmulatorOptions = {}): Promise<Emulator> => {
  const stores = await createStores();
  const log = options.dataDirectory === undefined ? undefined : new MessageLog(options.dataDirectory);
  const app = createApp(stores, options.region ?? 'us-east-1');
  refuseBrowsers(app);
  giveBackAbandoned(app, stores.sqsStore);
  if (log) {
    persistStores(stores, log);
    answerWhenWritten(app, log);
  }
  const endpoint = await app.listen({ host: '127.0.0.1', port: options.port ?? 0 });
  const stop = async (): Promise<void> => {
    await app.close();
    log?.close();
  };
  return { endpoint, stop };
};
