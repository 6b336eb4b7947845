// A parent of the outside world, for the test that kills it. Argument: data directory.
import { startOutsideWorld } from './outside-world.ts';

const { endpoint, sandboxUrl, pid } = await startOutsideWorld({ dataDirectory: process.argv[2] ?? '' });
process.stdout.write(`${JSON.stringify({ endpoint, sandboxUrl, pid })}\n`);
