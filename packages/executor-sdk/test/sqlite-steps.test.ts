import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { SqliteDatabase } from '../src/adapters/sqlite/database.ts';
import { createSqliteLedger } from '../src/adapters/sqlite/ledger.ts';
import { stepLedgerContract } from './step-ledger.contract.ts';

const folder = mkdtempSync(join(tmpdir(), 'pao-sqlite-'));
const database = await SqliteDatabase.open(join(folder, 'ledger.db'));
test.after.always(async () => {
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

stepLedgerContract(async () => ({
  ...createSqliteLedger({ database, onMessages: () => {} }),
  storedEvents: async (requestId) => {
    const rows = database.all<{ readonly type: string }>(
      'SELECT type FROM outbox WHERE group_id = ? ORDER BY position',
      requestId,
    );
    return rows.map(({ type }) => type);
  },
}));
