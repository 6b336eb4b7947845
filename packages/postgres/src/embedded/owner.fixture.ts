// A process that owns an embedded server, for the tests that kill it.
// Arguments: data directory; 'ephemeral' or nothing; the process that the server outlives it for, or nothing.
import { startEmbeddedPostgres } from './index.ts';

const [dataDirectory = '', mode, whilePid] = process.argv.slice(2);
const silent = { info: () => {}, warn: () => {}, error: () => {} };
const server = await startEmbeddedPostgres({
  dataDirectory,
  logger: silent,
  ephemeral: mode === 'ephemeral',
  ...(whilePid === undefined ? {} : { whilePid: Number(whilePid) }),
});
process.stdout.write(`${JSON.stringify({ url: server.url, pid: server.pid })}\n`);
setInterval(() => {}, 60_000);
