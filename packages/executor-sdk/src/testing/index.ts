export { type CommandOptions, commandOf, dataOf, messageOf, newId } from './commands.ts';
export { contractMessages, pactFileOf, verifyContract } from './contract.ts';
export { type ExecutorUnderTest, executorUnderTest, type UnderTestOptions } from './executor-under-test.ts';
export {
  type ActionRun,
  type Crash,
  type CrashOptions,
  crashAt,
  crashEverywhere,
  type RunActionOptions,
  runActionOnce,
} from './run-action.ts';
export { type VirtualTime, virtualTime } from './virtual-time.ts';
