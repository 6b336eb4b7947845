import { setTimeout as sleep } from 'node:timers/promises';
import type { CallInput } from '@pao/client';
import { type DataOf, type Operation, operations, type RequestDetails } from '@pao/contracts';
import type { Standalone } from './standalone.ts';

type Api = Pick<Standalone, 'client'>;

/** Calls the API and answers the data; throws what it refused with. */
export const getData = async <O extends Operation>(
  api: Api,
  operation: O,
  input: CallInput<O> = {},
): Promise<DataOf<O>> => {
  const result = await api.client.call(operation, input);
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value.data;
};

export interface Ask {
  readonly item?: string;
  readonly bundle?: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** Submits one request for each ask and answers their ids. */
export const submit = async (api: Api, asks: readonly Ask[]): Promise<readonly string[]> => {
  const items = asks.map(({ item, bundle, input }) => ({
    schemaVersion: 'catalog/v1' as const,
    ...(item === undefined ? {} : { catalogItemId: item }),
    ...(bundle === undefined ? {} : { bundleId: bundle }),
    input: { ...input },
  }));
  const { requests } = await getData(api, operations.submitRequests, { body: { items } });
  return requests.map(({ id }) => id);
};

const AT_REST: ReadonlySet<string> = new Set(['completed', 'failed', 'aborted']);

/** The request once nothing moves any more without a person. */
export const untilAtRest = async (api: Api, id: string, withinMs = 60_000): Promise<RequestDetails> => {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const request = await getData(api, operations.getRequest, { params: { id } });
    if (AT_REST.has(request.status)) return request;
    if (Date.now() > deadline)
      throw new Error(`request ${id} is still ${request.status}: ${JSON.stringify(request.tasks)}`);
    await sleep(50);
  }
};
