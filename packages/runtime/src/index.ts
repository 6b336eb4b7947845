export { type BusConfig, busOf, busSettings, busWaitSecondsOf } from './bus-settings.ts';
export { ConfigError, type ConfigProblem, environmentTable, loadConfig } from './config.ts';
export {
  currentCorrelationId,
  currentSpanContext,
  currentTraceId,
  currentTraceparent,
  isTracing,
  runWithCorrelationId,
  runWithTraceparent,
} from './context.ts';
export { checkReadiness, type Readiness, type ReadinessCheck } from './health.ts';
export { combineServices, type RunOptions, runService, type Service } from './lifecycle.ts';
export { createLogger, type DestinationStream, type Logger, type LoggerOptions } from './logger.ts';
export { type Counter, createMetrics, type Histogram, type Labels, type Metrics } from './metrics.ts';
export { beginCall, giveWay } from './people-first.ts';
export { PeriodicJob, type PeriodicJobOptions } from './periodic-job.ts';
export { newId } from './random.ts';
export { type ConfiguredDataKey, type DataKey, dataKeysSetting, newDataKey } from './sealing/data-keys.ts';
export { createSealer, type DataSealer, type OpenError, type SealPlace } from './sealing/sealer.ts';
export { type KeyUnwrapper, unwrapDataKeys } from './sealing/unwrap.ts';
export {
  awsEmulator,
  booleanSetting,
  integerSetting,
  jsonSetting,
  listSetting,
  logLevelSetting,
  portSetting,
  urlSetting,
} from './settings.ts';
export { startTelemetry, type Telemetry, type TelemetryOptions } from './telemetry.ts';
