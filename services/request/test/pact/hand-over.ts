import { Pact } from '@pact-foundation/pact';
import { done, type Handled, type IncomingMessage } from '@pao/bus';
import type { draftPact } from '@pao/testkit';

interface Example {
  readonly description: string;
  readonly type: string;
  readonly content: object;
}

/** Notes the example of a message in the draft of a pact, and hands it to an inbox, which must take it. */
export const handOver = (
  draft: Awaited<ReturnType<typeof draftPact>>,
  { description, type, content }: Example,
  handle: (message: IncomingMessage) => Promise<Handled>,
): Promise<unknown> =>
  new Pact(draft.options)
    .addAsynchronousInteraction()
    .expectsToReceive(description, (message) => {
      message.withMetadata({ type }).withJSONContent(content);
    })
    .executeTest(async ({ contents, metadata }) => {
      const about = { messageId: '1', groupId: '1', dedupId: '1', receiveCount: 1, sentAt: new Date() };
      const body = JSON.stringify(contents.content);
      const handled = await handle({ ...about, type: (metadata as { readonly type: string }).type, body });
      if (handled !== done) throw new Error('the message was not taken');
    });
