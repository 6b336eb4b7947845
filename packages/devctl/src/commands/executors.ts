import { type ExecutorPool, operations } from '@pao/contracts';
import type { Command } from 'commander';
import { type CommandContext, must, printJson } from '../context.ts';
import { ago, printable, renderTable } from '../output.ts';

const stateOf = ({ silent, hasQueue, lastSeenAt }: ExecutorPool): string => {
  const state = lastSeenAt === null ? 'never announced' : silent ? 'silent' : 'running';
  return hasQueue ? state : `${state}, no queue`;
};

const executors = async (context: CommandContext): Promise<void> => {
  const { data } = await must(context, operations.listExecutors, {});
  if (context.format === 'json') return printJson(context, data);
  const rows = data.map((pool) => [
    pool.pool,
    stateOf(pool),
    String(pool.instances.length),
    pool.lastSeenAt === null ? '' : ago(pool.lastSeenAt, new Date()),
    String(pool.queued),
    printable(pool.actionTypes.map(({ type, version }) => `${type} ${version}`).join(', ')),
  ]);
  return context.terminal.out(renderTable(['POOL', 'STATE', 'EXECUTORS', 'LAST SEEN', 'QUEUED', 'TYPES'], rows));
};

export const addExecutorsCommand = (program: Command, context: () => CommandContext): void => {
  program
    .command('executors')
    .description('pools of executors: who runs, what they can do, and what waits for them')
    .command('list', { isDefault: true })
    .description('every pool; what `executors` alone does')
    .action(() => executors(context()));
};
