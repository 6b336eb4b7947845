import type { IncidentStore } from '../../ports/incident-store.ts';

/** Closes what is over, as time passes. */
export const createSettleIncidents =
  (store: Pick<IncidentStore, 'settle'>, windowMs: number, now: () => Date) => (): Promise<void> =>
    store.settle(new Date(now().getTime() - windowMs));
