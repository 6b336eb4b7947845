import { bundledRun } from './bundle/bundle.ts';

await import((bundledRun(process.env) ?? new URL('run.ts', import.meta.url)).href);
