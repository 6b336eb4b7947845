import type { ActionAbout } from '@pao/executor-sdk';
import { z } from 'zod';
import { serviceNowConfig } from './config.ts';

/** What `servicenow-request` says of itself. */
export const aboutServiceNow: ActionAbout = {
  version: '1.0.0',
  summary:
    'Creates a record in ServiceNow, or orders an item of its catalog, and waits until it is closed if the document wants so.',
  idempotency: 'probe',
  configSchema: z.toJSONSchema(serviceNowConfig, { io: 'input' }) as ActionAbout['configSchema'],
  outputs: ['number', 'sysId', 'url'],
  plan: 'Asks ServiceNow ({{config.instance}}) for {{config.catalogItem}}{{config.table}}',
  documentation: [
    'With `table` a record whose `correlation_id` is the name of the attempt; with `catalogItem` an order of one, which can be found',
    'again only where `correlationVariable` names a variable of the item that takes that name.',
    'With `waitForClosure` the task waits, without a worker, until the record is closed; one that is cancelled is a failure.',
  ].join('\n'),
};
