import type { App, SqsStore } from './fauxqs.ts';
import type { MessageLog } from './message-log.ts';

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** A web page must not reach the emulator through the browser of who runs it; SDKs send no `Origin`. */
export const refuseBrowsers = (app: App): void => {
  app.addHook('onRequest', (request, reply, done) => {
    const hostname = (request.headers.host ?? '').replace(/:\d+$/, '');
    if (LOOPBACK.has(hostname) && request.headers.origin === undefined) return done();
    return reply.code(403).send({ message: 'Only for programs on this machine' });
  });
};

/** Nothing is acknowledged that is not on disk. */
export const answerWhenWritten = (app: App, log: Pick<MessageLog, 'written'>): void => {
  app.addHook('onSend', async (_request, _reply, payload) => {
    await log.written();
    return payload;
  });
};

/**
 * A receiver that went away during its long poll gets nothing: what the poll took goes back as if it had not been taken.
 * fauxqs would keep it until the visibility timeout ends.
 */
export const giveBackAbandoned = (app: App, sqsStore: SqsStore): void => {
  app.addHook('preSerialization', (request, reply, payload, done) => {
    if (reply.raw.destroyed && request.headers['x-amz-target'] === 'AmazonSQS.ReceiveMessage') {
      const { QueueUrl } = request.body as { readonly QueueUrl: string };
      const { Messages = [] } = payload as { readonly Messages?: readonly { readonly ReceiptHandle: string }[] };
      for (const { ReceiptHandle } of Messages) giveBack(sqsStore, QueueUrl, ReceiptHandle);
    }
    done(null, payload);
  });
};

const giveBack = (sqsStore: SqsStore, queueUrl: string, receipt: string): void => {
  const queue = sqsStore.getQueue(queueUrl);
  const entry = queue?.inflightMessages.get(receipt);
  if (!queue || !entry) return;
  entry.message.approximateReceiveCount -= 1;
  queue.changeVisibility(receipt, 0);
};
