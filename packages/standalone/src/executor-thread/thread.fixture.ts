// A thread that plays a service, for the tests. Its data: what goes wrong, and how long a stop takes.
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';

const { fault, stopMs = 0 } = workerData as { fault?: 'load' | 'start' | 'exit' | 'later' | 'stop'; stopMs?: number };

if (fault === 'load') throw new Error('a module is missing');
if (parentPort === null) throw new Error('this module runs in a thread');
const [variables] = await once(parentPort, 'message');
if (fault === 'start') throw new Error('PAO_PORT: must be a number');
if (fault === 'exit') process.exit(7);
parentPort.postMessage({ port: Number(variables.PORT) });
if (fault === 'later') setTimeout(() => Promise.reject(new Error('nobody caught this')), 10);
await once(parentPort, 'message');
await sleep(stopMs);
if (fault === 'stop') throw new Error('the database did not close');
process.exit();
