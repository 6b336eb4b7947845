import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';

export interface Load {
  /** Submits one request of the item and answers its id and how long the answer took, in milliseconds. */
  submit(item: string): Promise<{ readonly id: string; readonly ms: number }>;
  /** Submits and waits on the live stream: milliseconds from the first byte sent to the news that it is completed. */
  submitAndWait(item: string): Promise<number>;
  /** Waits until no request is under way. Throws when one failed. */
  drained(): Promise<void>;
  close(): Promise<void>;
}

const UNDER_WAY = ['submitted', 'processing'] as const;

let names = 0;

const submission = (item: string): string => {
  names += 1;
  const input = { name: `bench-${names}`, basic: { size: (names % 100) + 1 } };
  return JSON.stringify({ items: [{ schemaVersion: 'catalog/v1', catalogItemId: item, input }] });
};

export const connectLoad = (url: string, connections: number): Load => {
  const pool = new Pool(url, { connections, pipelining: 1 });

  const count = async (status: string): Promise<number> => {
    const { body } = await pool.request({ method: 'GET', path: `/api/v1/requests?limit=1&status=${status}` });
    return ((await body.json()) as { data: unknown[] }).data.length;
  };

  const submit = async (item: string): Promise<{ id: string; ms: number }> => {
    const started = performance.now();
    const { statusCode, body } = await pool.request({
      method: 'POST',
      path: '/api/v1/requests',
      headers: { 'content-type': 'application/json' },
      body: submission(item),
    });
    const text = await body.text();
    if (statusCode !== 202) throw new Error(`submission answered ${statusCode}: ${text}`);
    const { data } = JSON.parse(text) as { data: { requests: [{ id: string }] } };
    return { id: data.requests[0].id, ms: performance.now() - started };
  };

  const submitAndWait = async (item: string): Promise<number> => {
    const started = performance.now();
    const { id } = await submit(item);
    const { body } = await pool.request({ method: 'GET', path: `/api/v1/requests/${id}/events` });
    let text = '';
    for await (const chunk of body.setEncoding('utf8') as AsyncIterable<string>) {
      text += chunk;
      if (text.includes('"to":"failed"')) throw new Error(`request ${id} failed`);
    }
    if (!text.includes('"to":"completed"')) throw new Error(`the stream of request ${id} ended early`);
    return performance.now() - started;
  };

  const drained = async (): Promise<void> => {
    for (;;) {
      const open = await Promise.all(UNDER_WAY.map(count));
      if (open.every((number) => number === 0)) break;
      await sleep(20);
    }
    if ((await count('failed')) > 0) throw new Error('a request failed');
  };

  return { submit, submitAndWait, drained, close: () => pool.close() };
};

/** Calls `work` so many times, `concurrency` at once. */
export const repeat = async <T>(times: number, concurrency: number, work: () => Promise<T>): Promise<readonly T[]> => {
  const results: T[] = [];
  let started = 0;
  const worker = async (): Promise<void> => {
    while (started < times) {
      started += 1;
      results.push(await work());
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  return results;
};

/** The value below which so many percent of the others lie. */
export const percentile = (values: readonly number[], percent: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor((values.length * percent) / 100))] ??
  Number.NaN;
