/** Begun first, so that nobody waits for a long one alone in the end. */
const LONGEST = [
  'test-e2e/chaos/',
  'test-e2e/sim/',
  'services/escalation/test/killed-process',
  'packages/postgres/src/embedded',
];

const rank = (file) => {
  const at = LONGEST.findIndex((part) => file.includes(part));
  return at === -1 ? LONGEST.length : at;
};

export default {
  files: ['contracts/**/*.test.ts', 'packages/**/*.test.ts', 'services/**/*.test.ts', 'test-e2e/**/*.test.ts'],
  extensions: ['ts'],
  sortTestFiles: (one, other) => rank(one) - rank(other) || one.localeCompare(other),
  timeout: '120s',
  // Files run side by side in worker threads' stead: processes, since tests start servers and change signal handlers.
  workerThreads: false,
  concurrency: 2,
  // Each file is a process that loads much the same code: what one has compiled the others take from here, and so do the
  // services that they start. Takes a third off the CPU time of a test file.
  environmentVariables: { NODE_COMPILE_CACHE: 'node_modules/.cache/compiled' },
};
