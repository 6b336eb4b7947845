import type { ActionAbout } from '@pao/executor-sdk';
import { z } from 'zod';
import { webhookConfig } from './config.ts';

/** What `webhook` says of itself. */
export const aboutWebhook: ActionAbout = {
  version: '1.0.0',
  summary: 'Sends a message, signed per Standard Webhooks, and waits for a callback if the document wants so.',
  idempotency: 'key',
  configSchema: z.toJSONSchema(webhookConfig, { io: 'input' }) as ActionAbout['configSchema'],
  outputs: ['status'],
  plan: 'Sends a webhook to {{config.url}}',
  documentation: [
    'A POST whose `webhook-id` is the name of the attempt, the same at every try. Receivers that keep the ids handle it once.',
    'With `waitForCallback` the task waits, without a worker, until the target calls the address in `webhook-callback-url` with',
    '`{ "status": "succeeded" | "failed", "outputs": {}, "message": "" }`.',
  ].join('\n'),
};
