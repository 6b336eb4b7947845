// A process that owns an embedded server, for the tests that kill it. Arguments: data directory, 'ephemeral' or nothing.
import { startEmbeddedPostgres } from './index.ts';

const [dataDirectory = '', mode] = process.argv.slice(2);
const silent = { info: () => {}, warn: () => {}, error: () => {} };
const server = await startEmbeddedPostgres({ dataDirectory, logger: silent, ephemeral: mode === 'ephemeral' });
process.stdout.write(`${JSON.stringify({ url: server.url, pid: server.pid })}\n`);
setInterval(() => {}, 60_000);
