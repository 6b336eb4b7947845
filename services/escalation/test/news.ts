import type { Bus } from '@pao/bus';
import { decodeMessage, type Envelope, type MessageContract } from '@pao/contracts';
import type { z } from 'zod';

export type News = <S extends z.ZodType>(contract: MessageContract<string, S>) => Promise<z.output<S>>;

/** What the service tells others, as the request service receives it: the next message of a type. */
export const newsFor = (bus: Bus): News => {
  const waiting: { readonly type: string; readonly body: string }[] = [];
  return async <S extends z.ZodType>(contract: MessageContract<string, S>) => {
    const deadline = performance.now() + 30_000;
    for (;;) {
      const index = waiting.findIndex(({ type }) => type === contract.type);
      const [found] = index < 0 ? [] : waiting.splice(index, 1);
      if (found) return (decodeMessage(contract, found.body) as Envelope<z.output<S>>).data;
      if (performance.now() > deadline) throw new Error(`no ${contract.type} came`);
      const request = { queue: 'request-inbox', max: 10, waitSeconds: 1, visibilitySeconds: 60 };
      const received = await bus.receive(request);
      await bus.delete(
        'request-inbox',
        received.map(({ receipt }) => receipt),
      );
      waiting.push(...received);
    }
  };
};
