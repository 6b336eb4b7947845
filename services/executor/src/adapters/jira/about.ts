import type { ActionAbout } from '@pao/executor-sdk';
import { jiraTicketSchema } from './config.ts';

/** What `jira-ticket` says of itself. */
export const aboutJiraTicket: ActionAbout = {
  version: '1.0.0',
  summary: 'Creates a ticket in Jira, links it, and waits until it is resolved if the document wants so.',
  idempotency: 'probe',
  configSchema: jiraTicketSchema as ActionAbout['configSchema'],
  outputs: ['key', 'url', 'id'],
  plan: 'Creates a ticket in the Jira project {{config.ticket.project}}: {{config.ticket.summaryTemplate}}',
  documentation: [
    'One issue that carries the name of the attempt as a label, by which it is found again when an answer was lost.',
    'What Jira would refuse (an unknown type, priority, component or field, a required one that is missing) is found before.',
    'Each of the `links` is made in a step of its own, after a look whether it is there already.',
  ].join('\n'),
};
