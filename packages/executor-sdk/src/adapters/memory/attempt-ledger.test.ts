import { attemptLedgerContract } from '../../../test/attempt-ledger.contract.ts';
import { attemptName, keyOf } from '../../core/domain/attempt.ts';
import { createMemoryAttemptLedger } from './attempt-ledger.ts';

attemptLedgerContract(async () => {
  const ledger = createMemoryAttemptLedger(() => performance.now());
  return {
    ledger,
    storedMessages: async (requestId) => ledger.events.filter(({ groupId }) => groupId === requestId),
    storedEvents: async (requestId) =>
      ledger.events.filter((event) => event.groupId === requestId).map(({ type }) => type),
    lateResult: async (command) => ledger.attempts.get(attemptName(keyOf(command, 'call')))?.late,
  };
});
