import test from 'ava';
import { createMemoryEscalationStore } from '../src/adapters/memory/memory-escalation-store.ts';
import { createMemoryIncidents, type MemoryIncidents } from '../src/adapters/memory/memory-incident-store.ts';
import { newId } from './given.ts';
import { incidentStoreContract, WINDOW_SECONDS } from './incident-store.contract.ts';

incidentStoreContract(test, async () => {
  const told: string[] = [];
  const escalations = createMemoryEscalationStore((id, stopped) => incidents.group(id, stopped));
  const incidents: MemoryIncidents = createMemoryIncidents({
    newId,
    windowMs: WINDOW_SECONDS * 1_000,
    now: () => new Date(),
    escalations: escalations.all,
    opened: ({ id }) => void told.push(id),
  });
  return { escalations, incidents: incidents.store, told: async () => told };
});
