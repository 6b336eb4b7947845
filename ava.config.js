export default {
  files: ['contracts/**/*.test.ts', 'packages/**/*.test.ts', 'services/**/*.test.ts', 'test-e2e/**/*.test.ts'],
  extensions: ['ts'],
  timeout: '120s',
  // Files run side by side in worker threads' stead: processes, since tests start servers and change signal handlers.
  workerThreads: false,
  concurrency: 2,
};
