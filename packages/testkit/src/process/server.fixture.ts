// A program for the tests of `startProcess`: serves a port, or ends at once with the code it is told.
import { createServer } from 'node:http';

const { PORT, EXIT_CODE } = process.env;
process.stdout.write(`port ${PORT}, arguments ${process.argv.slice(2).join(' ')}\n`);
if (EXIT_CODE !== undefined) process.exit(Number(EXIT_CODE));
process.on('SIGTERM', () => process.exit(3));
createServer((_, response) => response.end('here')).listen(Number(PORT), '127.0.0.1');
