import { processTree, proportionalMemoryMiB } from '../harness/processes.ts';

/** The processes of a standalone, as the table splits them. */
export type Part = 'pao' | 'outside' | 'postgres';

export type Usage = Readonly<Record<Part, number>>;

const partOf = (command: string): Part => {
  if (command.includes('outside')) return 'outside';
  return command.includes('postgres') ? 'postgres' : 'pao';
};

const sum = (pid: number, measure: (process: { pid: number; cpuSeconds: number }) => number): Usage => {
  const usage = { pao: 0, outside: 0, postgres: 0 };
  for (const process of processTree(pid)) usage[partOf(process.command)] += measure(process);
  return usage;
};

/** CPU seconds so far: all services and the gateway; the emulator of AWS with the sandbox; PostgreSQL. */
export const cpuUsage = (pid: number): Usage => sum(pid, ({ cpuSeconds }) => cpuSeconds);

/** MiB now, pages that processes share counted by share. */
export const memoryUsage = (pid: number): Usage => sum(pid, (process) => proportionalMemoryMiB(process.pid));

export const difference = (after: Usage, before: Usage): Usage => ({
  pao: after.pao - before.pao,
  outside: after.outside - before.outside,
  postgres: after.postgres - before.postgres,
});
