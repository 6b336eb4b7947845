import { randomUUID } from 'node:crypto';
import { createAwsBus, createTopology, FifoConsumer, Relay, taskQueue } from '@pao/bus';
import {
  type ActionRunner,
  createCompileOutputs,
  createExecutor,
  createHandleCommand,
  createObserver,
  createOverlappingJob,
  createPostgresAttemptLedger,
  createPostgresParkedTasks,
  createPostgresStepLedger,
  DEFAULT_RESEND,
  type Effect,
  type Park,
  type Success,
  systemTiming,
} from '@pao/executor-sdk';
import { ok } from '@pao/kernel';
import { createOutboxReader, openDatabase } from '@pao/postgres';
import { createLogger, createMetrics, newId, runWithTraceparent } from '@pao/runtime';

/** An executor of one action type with three steps and a wait, as a process to be killed. Its target is a test's. */
const { DATABASE_URL = '', AWS_ENDPOINT_URL = '', TARGET_URL = '', PARK_KIND = 'check' } = process.env;

const logger = createLogger({ service: 'stepped', level: 'silent' });
const database = openDatabase({ url: DATABASE_URL, schema: 'pao_executor', applicationName: 'stepped' });
const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
const topology = createTopology();
const bus = createAwsBus({ region: 'us-east-1', endpoint: AWS_ENDPOINT_URL, credentials, topology });
const relay = new Relay({ outbox: createOutboxReader(database), publisher: bus, logger });

const base = { result: { id: 'db-1' }, offered: {}, evidence: {} };
const park = { kind: PARK_KIND, what: 'the run', atMostMs: 600_000, afterMs: 1_000, state: {} } as Park;
const successes: { readonly [step: string]: Success } = {
  first: { kind: 'ok', ...base, next: { kind: 'step', step: 'second', state: {} } },
  second: { kind: 'ok', ...base, next: park },
  third: { kind: 'ok', ...base },
};

const ask = async (path: string): Promise<boolean> => (await fetch(`${TARGET_URL}${path}`)).status === 200;

const effectOf = (step: string): Effect => {
  const success = successes[step] ?? { kind: 'ok', ...base };
  return {
    target: `POST ${step}`,
    resend: DEFAULT_RESEND,
    run: async ({ name }) => {
      await fetch(`${TARGET_URL}/effects/${name}`, { method: 'POST' });
      return success;
    },
    probe: async ({ name }) =>
      (await ask(`/effects/${name}`))
        ? { kind: 'found', success }
        : { kind: 'inconclusive', note: 'nothing carries the name', again: false },
  };
};

const runner: ActionRunner = {
  type: 'stepped',
  step: 'first',
  takesSecretIn: () => true,
  prepare: async () => ok(effectOf('first')),
  proceed: async (_action, _secrets, { step }) => {
    await ask(`/proceed/${step}`);
    return ok(effectOf(step));
  },
  look: async (_action, _secrets, _point, { answer }) => {
    const query = answer === undefined ? '' : '?answered';
    return (await ask(`/look${query}`)) ? { kind: 'step', step: 'third', state: {} } : park;
  },
};

const owner = { instance: 'stepped', exclusive: true, bootId: randomUUID() };
const options = { database, owner, onMessages: () => relay.kick() };
const executor = createExecutor({
  ledger: createPostgresAttemptLedger(options),
  steps: createPostgresStepLedger(options),
  parked: createPostgresParkedTasks(options),
  runners: new Map([[runner.type, runner]]),
  compileOutputs: createCompileOutputs(),
  sealer: undefined,
  observer: createObserver({ logger, metrics: createMetrics(), types: new Set([runner.type]) }),
  timing: systemTiming,
  now: () => new Date(),
  newId,
  announceAfterMs: 60_000,
  inContextOf: ({ traceparent }, work) => runWithTraceparent(traceparent, work),
  inTaskSpan: (_command, work) => work(),
});
const handle = createHandleCommand(executor);
const consumer = new FifoConsumer({
  source: bus,
  queue: taskQueue('default'),
  handle,
  concurrency: 4,
  waitSeconds: 1,
  logger,
});
const sweep = { name: 'sweep', intervalMs: 500, run: () => executor.settleAbandonedAttempts(), logger };
const wake = { name: 'wake', intervalMs: 200, run: () => executor.wakeParkedTasks(), logger };
relay.start();
consumer.start();
createOverlappingJob(sweep).start();
createOverlappingJob(wake).start();
