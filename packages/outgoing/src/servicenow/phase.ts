import type { ServiceNowReading } from './shapes.ts';

/** `done`: whoever works on it says it is; `declined`: it was closed as one that is not done. */
export type ServiceNowPhase = 'open' | 'done' | 'declined';

/**
 * States that say more than "no longer active", as the base system numbers them. An incident that is resolved stays active for days
 * until it is closed by itself, and nobody works on it then.
 */
const DONE: Readonly<Record<string, readonly string[]>> = { incident: ['6', '7'] };

/** `task` and what is derived from it; those in the second list number their states otherwise. */
const DECLINED: readonly string[] = ['4', '7'];
const DECLINED_IN: Readonly<Record<string, readonly string[]>> = {
  incident: ['8'],
  change_request: ['4'],
  problem: [],
  sc_request: ['4', '7', 'closed_incomplete', 'closed_cancelled', 'closed_rejected', 'closed_skipped'],
};

const DECLINED_LABEL = /cancel|incomplete|reject|skip/i;

/** How far a record of a table is. Tables that teams made have states of their own: there the label tells. */
export const phaseOf = (
  table: string,
  { state, active }: Pick<ServiceNowReading, 'state' | 'active'>,
): ServiceNowPhase => {
  const value = state?.value ?? '';
  const declined = (DECLINED_IN[table] ?? DECLINED).includes(value) || DECLINED_LABEL.test(state?.shown ?? '');
  if (DONE[table]?.includes(value) === true) return 'done';
  // An incident can be cancelled and still be active.
  if (active === false || (table === 'incident' && value === '8')) return declined ? 'declined' : 'done';
  return 'open';
};
