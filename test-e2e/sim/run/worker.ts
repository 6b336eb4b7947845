import { parentPort, workerData } from 'node:worker_threads';
import { installVirtualTime } from '../engine/virtual-time.ts';
import { mutantNamed } from '../mutants/all.ts';
import { installHooks } from './hooks.ts';

/** A thread that runs the seeds it is sent, one after the other. Time and modules of the whole thread belong to the runs. */

export interface WorkerInput {
  readonly mutant?: string | undefined;
  readonly keepTrace?: boolean;
}

/** The client of Jira is loaded with the first call, which takes real time, so that call is made before time is virtual. */
const warmUp = async (): Promise<void> => {
  // @boundaries-ignore the code under test
  const { createJiraTicketAction } = await import('../../../services/executor/src/adapters/jira/action.ts');
  const instances = new Map([['default', { url: 'https://jira.test', email: 'sim@example.test', apiToken: 'none' }]]);
  const refused = { kind: 'failed', phase: 'before-send', code: 'NONE', message: 'nobody', transient: false } as const;
  const runner = createJiraTicketAction({ instances, send: async () => refused, now: () => new Date(0) });
  const config = { ticket: { project: 'SIM', summaryTemplate: 'none' } };
  const action = { type: runner.type, id: 'none', config, outputs: {}, timeoutSeconds: 1, idempotent: false };
  const effect = await runner.prepare(action, []);
  if (effect.ok) await effect.value.run({ name: 'none', remainingMs: 1 });
};

const { mutant, keepTrace = false } = workerData as WorkerInput;
installHooks(mutant === undefined ? undefined : mutantNamed(mutant));
installVirtualTime();
// Only now: what runs is imported with the bug in it.
const { runSeed } = await import('./run-seed.ts');
await warmUp();

const tell = (message: unknown): void => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread is no window
  parentPort?.postMessage(message);
};

parentPort?.on('message', (seeds: readonly number[]) => {
  void (async () => {
    for (const seed of seeds) {
      const result = await runSeed(seed, { keepTrace });
      // The trace of what went well is of no use, and large.
      const trace = result.violations.length > 0 || keepTrace ? result.trace : [];
      tell({ ...result, trace });
    }
    tell('more');
  })();
});
tell('more');
