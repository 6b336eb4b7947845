import { buildProgram } from './program.ts';
import { terminal } from './terminal.ts';

process.exitCode = await buildProgram(terminal(process)).run(process.argv.slice(2));
