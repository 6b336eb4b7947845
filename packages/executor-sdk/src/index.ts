export { type DefinedAction, defineAction } from './action/define-action.ts';
export type {
  ActionContext,
  ActionDefinition,
  ActionEffect,
  ActionTools,
  LookingContext,
  RollbackContext,
} from './action/definition.ts';
export {
  type ActionResult,
  DefiniteFailure,
  done,
  failed,
  type LookResult,
  notFound,
  notSent,
  type ProbeResult,
  thenStep,
  unknown,
  waitFor,
} from './action/results.ts';
export { createHandleCommand } from './adapters/bus/handle-command.ts';
export { createCompileOutputs } from './adapters/jmespath/outputs.ts';
export { registerExecutorMetrics } from './adapters/metrics.ts';
export { createObserver } from './adapters/observer.ts';
export { createOverlappingJob, type OverlappingJob } from './adapters/overlapping-job.ts';
export { configInvalid, parseConfig, unsupported } from './adapters/parse-config.ts';
export { createPostgresAttemptLedger } from './adapters/postgres/attempt-ledger.ts';
export { countOpenAttempts } from './adapters/postgres/count-attempts.ts';
export { countParkedTasks } from './adapters/postgres/count-parked.ts';
export { ledgerMigrations } from './adapters/postgres/migrations.ts';
export { createPostgresNotices } from './adapters/postgres/notices.ts';
export { createPostgresParkedTasks } from './adapters/postgres/parked-tasks.ts';
export { removeOldAttempts } from './adapters/postgres/remove-old-attempts.ts';
export { createPostgresStepLedger } from './adapters/postgres/step-ledger.ts';
export { createEnvironmentSecrets } from './adapters/secrets/environment.ts';
export {
  denied as secretDenied,
  notFound as secretNotFound,
  unusable as secretUnusable,
} from './adapters/secrets/failures.ts';
export { createFileSecrets } from './adapters/secrets/files.ts';
export { createSecretStores } from './adapters/secrets/store.ts';
export { systemTiming } from './adapters/timing.ts';
export { scrubSuccess } from './core/domain/scrub.ts';
export type { Action, TaskCommand } from './core/domain/task-command.ts';
export { endedEvent } from './core/domain/task-events.ts';
export {
  type ActionState,
  type Answer,
  type AwaitedTicket,
  DEFAULT_RESEND,
  type DefiniteFailure as DefiniteVerdict,
  type Ending,
  type Failure,
  type NextStep,
  type NotExecuted,
  type Park,
  type ResendPolicy,
  type Success,
  type UnknownOutcome,
  type Verdict,
} from './core/domain/verdict.ts';
export type {
  ActionAbout,
  ActionRunner,
  ActionRunners,
  Effect,
  EffectContext,
  Look,
  LookContext,
  Point,
  Probe,
  Undone,
} from './core/ports/action-runner.ts';
export type { AttemptLedger } from './core/ports/attempt-ledger.ts';
export type { Admission, Gate, Visit } from './core/ports/gate.ts';
export type { Notices } from './core/ports/notices.ts';
export type { ParkedTasks } from './core/ports/parked-tasks.ts';
export type { Sealer } from './core/ports/sealer.ts';
export type { SecretStore } from './core/ports/secret-store.ts';
export type { StepLedger } from './core/ports/step-ledger.ts';
export type { Timing } from './core/ports/timing.ts';
export { createExecutor, type Executor } from './core/use-cases/executor.ts';
export { createPrepareTask } from './core/use-cases/prepare-task.ts';
export { createPostgresStore } from './run/ledgers.ts';
export {
  createPoolExecutor,
  type PoolExecutorOptions,
  type RunExecutorOptions,
  runExecutor,
} from './run/run-executor.ts';
export { createExecutorRuntime, type ExecutorRuntime } from './run/runtime.ts';
export { runtimeOf, runtimeSettings, secretsIn } from './run/runtime-settings.ts';
export { executorSettings } from './run/settings.ts';
