#!/usr/bin/env node
import { basename, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { createExecutorProject } from '../src/create.mjs';

const USAGE = `npm create pao-executor <folder> [-- --pool <pool>]

  Writes an executor of your own: an example action with its probe and rollback, tests, a contract test, a Dockerfile and a CI workflow.
  --pool  the pool whose tasks it carries out; the folder's name when absent
`;

const fail = (message) => {
  process.stderr.write(`${message}\n`);
  process.exitCode = 2;
};

try {
  const options = { pool: { type: 'string' }, help: { type: 'boolean', short: 'h' } };
  const { positionals, values } = parseArgs({ allowPositionals: true, options });
  const [given, ...more] = positionals;
  if (values.help === true) process.stdout.write(USAGE);
  else if (given === undefined || more.length > 0) fail(USAGE);
  else {
    const folder = resolve(given);
    const name = basename(folder);
    await createExecutorProject({ folder, name, pool: values.pool ?? name });
    process.stdout.write(
      `${name} is in ${folder}. Then:\n\n  cd ${given}\n  npm install\n  npm test\n\nIts README.md tells the rest.\n`,
    );
  }
} catch (thrown) {
  fail(thrown instanceof Error ? thrown.message : String(thrown));
}
