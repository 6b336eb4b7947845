#!/usr/bin/env node
// Older versions can't read TypeScript, and would say so in terms of file extensions.
if (Number(process.versions.node.split('.')[0]) < 24) {
  process.stderr.write(`devctl needs Node.js 24 or newer; this is ${process.version}.\n`);
  process.exit(2);
}
await import('../src/main.ts');
