import { randomInt } from 'node:crypto';
import { openDatabase } from '@pao/postgres';
import { newId } from '@pao/runtime';
import { createPostgresRequestStore } from '../src/adapters/postgres/request-store.ts';
import type { Request } from '../src/core/domain/request.ts';
import { aborted, aUnit, counted, released, reported } from './quota-store.contract.ts';
import { submission } from './request-store.contract.ts';

// Asks for, completes, aborts and gives back as fast as it can, until it is killed. Each line is the id of a request it was told is stored.

const url = process.env['DATABASE_URL'] ?? '';
const store = createPostgresRequestStore(
  openDatabase({ url, schema: 'pao_request', applicationName: 'test', maxConnections: 8 }),
);

const submit = async (): Promise<string | undefined> => {
  const units = Array.from({ length: 1 + randomInt(2) }, () =>
    aUnit({ resource: `r${randomInt(2)}`, scope: `s${randomInt(2)}`, max: 15 }),
  );
  const request = counted(randomInt(8) === 0 ? null : units, { id: newId(), submissionId: newId() });
  return (await store.submit(submission([request]))) === 'stored' ? request.id : undefined;
};

const settle = async (id: string): Promise<void> => {
  const before = await store.find(id);
  if (!before) throw new Error(`${id} was stored, and is not there`);
  if (randomInt(4) === 0) await store.saveDecision(before, aborted(before));
  else await store.save(newId(), before, reported(before, 'complete'));
  const after = await store.find(id);
  if (after?.status === 'aborting') await store.save(newId(), after, reported(after, 'cancel'));
  if (after?.status === 'completed') await giveBack(after);
};

const giveBack = (request: Request) =>
  store.saveDecision(
    request,
    released(
      request,
      (request.quota ?? []).map((_, index) => index + 1),
    ),
  );

const use = async (): Promise<never> => {
  for (;;) {
    const id = await submit();
    if (id === undefined) continue;
    process.stdout.write(`${id}\n`);
    if (randomInt(20) > 0) await settle(id);
  }
};

await Promise.all(Array.from({ length: 24 }, use));
