export { type Config as ExecutorConfig, readConfig as readExecutorConfig } from './config.ts';
export { createExecutorService, type ExecutorService, type ExecutorServiceOptions } from './executor-service.ts';
