import test from 'ava';
import { createMemoryEscalationStore } from '../src/adapters/memory/memory-escalation-store.ts';
import { escalationStoreContract } from './escalation-store.contract.ts';

escalationStoreContract(test, async () => createMemoryEscalationStore());
