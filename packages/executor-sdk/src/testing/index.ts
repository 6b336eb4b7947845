export { type CommandOptions, commandOf, dataOf, messageOf, newId } from './commands.ts';
export { type ExecutorUnderTest, executorUnderTest, type UnderTestOptions } from './executor-under-test.ts';
export { type VirtualTime, virtualTime } from './virtual-time.ts';
