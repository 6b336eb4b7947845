import { parentPort } from 'node:worker_threads';
import { startEmulator } from '@pao/bus/emulator';

/** SNS and SQS in a thread of their own, which tells its endpoint. */
const { endpoint } = await startEmulator();
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread is no window
parentPort?.postMessage(endpoint);
