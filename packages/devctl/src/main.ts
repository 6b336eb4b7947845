import { buildProgram } from './program.ts';
import { terminal } from './terminal.ts';

// Whoever reads the output may stop early, as `head` does.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

process.exitCode = await buildProgram(terminal(process)).run(process.argv.slice(2));
