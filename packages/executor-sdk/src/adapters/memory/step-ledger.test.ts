import { stepLedgerContract } from '../../../test/step-ledger.contract.ts';
import { createMemoryAttemptLedger } from './attempt-ledger.ts';

stepLedgerContract(async () => {
  const ledger = createMemoryAttemptLedger(() => Date.now());
  return {
    ledger,
    steps: ledger.steps,
    parked: ledger.parked,
    storedEvents: async (requestId) =>
      ledger.events.filter((event) => event.groupId === requestId).map(({ type }) => type),
  };
});
