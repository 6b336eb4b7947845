import type { Moment, Watch } from '../wires/watch.ts';
import type { Supervised } from './supervised.ts';

/** Two executors share a pool: what one leaves behind the other may take over. */
export const PROCESSES = ['gateway', 'catalog', 'request', 'executor', 'executor-2', 'escalation'] as const;

export type ProcessName = (typeof PROCESSES)[number];

/** Where a process is to be killed, or stopped for a while; of the executors whichever comes there first. */
export interface Point {
  readonly of: Exclude<ProcessName, 'executor-2'>;
  readonly what: string;
  readonly moment: Moment;
  readonly freezeMs?: number;
}

/** Which service a process is one of. */
export const serviceOf = (name: ProcessName): string => name.replace(/-\d$/, '');

/** Kills or stops processes at points, once each. */
export const createTrigger = (processes: ReadonlyMap<ProcessName, Supervised>) => {
  const armed = new Map<Point, (name: ProcessName) => void>();
  const isAt = (point: Point, of: ProcessName, what: string, moment: Moment): boolean =>
    point.what === what && point.moment === moment && point.of === serviceOf(of);
  const watchOf =
    (of: ProcessName): Watch =>
    (what, moment) => {
      for (const [point, hit] of armed) {
        if (!isAt(point, of, what, moment)) continue;
        armed.delete(point);
        hit(of);
        if (point.freezeMs === undefined) return processes.get(of)?.kill() ?? false;
        void processes.get(of)?.freeze(point.freezeMs);
      }
      return false;
    };
  const arm = (point: Point, withinMs: number): Promise<ProcessName | undefined> =>
    new Promise((resolve) => {
      const timer = setTimeout(() => {
        armed.delete(point);
        resolve(undefined);
      }, withinMs);
      armed.set(point, (name) => {
        clearTimeout(timer);
        resolve(name);
      });
    });
  return { watchOf, arm };
};
