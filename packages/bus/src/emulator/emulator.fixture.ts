// A process with an emulator in it, for the tests that kill it. Argument: data directory.
import { startEmulator } from './index.ts';

const { endpoint } = await startEmulator({ dataDirectory: process.argv[2] ?? '' });
process.stdout.write(`${endpoint}\n`);
