import type { ActionAbout } from '@pao/executor-sdk';
import { z } from 'zod';
import { restApiConfig } from './config.ts';

/** What `rest-api` says of itself. */
export const aboutRestApi: ActionAbout = {
  version: '1.0.0',
  summary:
    'Makes one HTTP call, and waits until the target says that what was asked is done, if the document wants so.',
  idempotency: 'key',
  configSchema: z.toJSONSchema(restApiConfig, { io: 'input' }) as ActionAbout['configSchema'],
  outputs: ['status', 'headers', 'body'],
  plan: 'Calls {{config.endpoint.method}} {{config.endpoint.url}}',
  documentation: [
    'One HTTP call with the name of the attempt as its `Idempotency-Key`. GET, HEAD and OPTIONS carry none and may be repeated.',
    'A 4xx other than 408, 409, 425 and 429 is a failure; 425, 429 and what was never sent is tried again; anything else that is not',
    'the expected answer leaves the outcome unknown, unless the document says `idempotent: true`.',
    'With `poll` the task waits, without a worker, until `until` is true of the answer of `poll.url`.',
  ].join('\n'),
};
