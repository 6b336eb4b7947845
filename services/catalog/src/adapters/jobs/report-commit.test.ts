import { TransientError } from '@pao/kernel';
import { createLogger } from '@pao/runtime';
import test from 'ava';
import type { CommitOutcome } from '../../core/ports/commit-reporter.ts';
import type { SyncSummary } from '../../core/use-cases/sync-catalog.ts';
import { createCommitReports } from './report-commit.ts';

const logger = createLogger({ service: 'test', level: 'silent' });

const PLAN = { publish: [], retire: [], reassign: [], move: [], revision: 0, documents: 0 };
const applied = (commit: string, errors = 0): SyncSummary => ({ outcome: 'applied', commit, errors, plan: PLAN });
const unchanged: SyncSummary = { outcome: 'unchanged' };

const setUp = () => {
  const told: CommitOutcome[] = [];
  const state: { failure: Error | undefined } = { failure: undefined };
  const report = createCommitReports(
    {
      report: async (outcome) => {
        if (state.failure) throw state.failure;
        told.push(outcome);
      },
    },
    logger,
  );
  return { told, state, report };
};

test('what a sync made of a commit is told, and nothing when there was nothing new', async (t) => {
  const { told, report } = setUp();
  await report(unchanged);
  await report(applied('a', 2));
  await report(unchanged);
  await report({ outcome: 'unreadable', reason: 'gone' });
  t.deepEqual(told, [{ commit: 'a', errors: 2 }]);
});

test('what cannot be told now is told after a later sync, unless a newer commit has come', async (t) => {
  const { told, state, report } = setUp();
  state.failure = new TransientError('away');
  await report(applied('a'));
  await report(applied('b'));
  state.failure = undefined;
  await report(unchanged);
  await report(unchanged);
  t.deepEqual(told, [{ commit: 'b', errors: 0 }]);
});

test('what is refused for good is not tried again', async (t) => {
  const { told, state, report } = setUp();
  state.failure = new Error('the token may not');
  await report(applied('a'));
  state.failure = undefined;
  await report(unchanged);
  t.deepEqual(told, []);
});
