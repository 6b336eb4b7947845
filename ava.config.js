export default {
  files: ['contracts/**/*.test.ts', 'packages/**/*.test.ts', 'services/**/*.test.ts', 'test-e2e/**/*.test.ts'],
  extensions: ['ts'],
  timeout: '120s',
  // Files run side by side in worker threads' stead: processes, since tests start servers and change signal handlers.
  workerThreads: false,
  // One more than the cores of a small machine: many tests wait, for processes that start and times that pass.
  concurrency: 3,
  // Each file is a process that loads much the same code: what one has compiled the others take from here, and so do the
  // services that they start. Halves the CPU time of a run.
  environmentVariables: { NODE_COMPILE_CACHE: 'node_modules/.cache/compiled' },
};
