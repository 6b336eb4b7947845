import { readFile } from 'node:fs/promises';
import { createClient, describeCallError } from '@pao/client';
import { type DataOf, operations } from '@pao/contracts';
import type { ServedPool } from '@pao/documents';
import { errorMessage, type JsonObject } from '@pao/kernel';
import { UsageError } from '../failures.ts';
import type { Terminal } from '../terminal.ts';

type Pools = DataOf<typeof operations.listExecutors>;

/** Of a running PAO, or as a file keeps what one said. */
export const readPools = async (terminal: Terminal, place: string): Promise<readonly ServedPool[]> => {
  const pools = /^https?:\/\//i.test(place) ? await askedOf(terminal, place) : await readFrom(place);
  return pools.map(({ pool, actionTypes }) => ({
    pool,
    actionTypes: actionTypes.map(({ type, configSchema, secretMembers }) => ({
      type,
      // It was parsed from JSON.
      configSchema: configSchema as JsonObject,
      secretMembers,
    })),
  }));
};

const askedOf = async ({ environment, signal }: Terminal, baseUrl: string): Promise<Pools> => {
  const apiKey = environment['PAO_API_KEY'];
  const client = createClient({ baseUrl, ...(apiKey === undefined ? {} : { apiKey }) });
  const answer = await client.call(operations.listExecutors, { signal });
  if (!answer.ok) throw new UsageError(`cannot ask ${baseUrl} for its executors: ${describeCallError(answer.error)}`);
  return answer.value.data;
};

const readFrom = async (file: string): Promise<Pools> => {
  const parsed = operations.listExecutors.data.safeParse(await readJson(file));
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.slice(0, 5).map(({ path, message }) => `${path.join('.')} ${message}`);
  throw new UsageError(`${file} is not what devctl executors --output json prints: ${issues.join('; ')}`);
};

const readJson = async (file: string): Promise<unknown> => {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    throw new UsageError(`cannot read ${file}: ${errorMessage(cause)}`, { cause });
  }
};
