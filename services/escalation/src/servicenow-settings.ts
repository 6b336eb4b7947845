import { serviceNowInstancesSetting } from '@pao/outgoing';
import { jsonSetting, listSetting } from '@pao/runtime';
import { z } from 'zod';
import type { TicketRoutes } from './core/domain/tickets/route-ticket.ts';

const name = z.string().min(1).max(200);
const table = z.string().regex(/^[a-z][a-z0-9_]{0,79}$/, 'is not the name of a table');

const route = z.discriminatedUnion('system', [
  z.strictObject({
    system: z.literal('jira'),
    instance: name.optional(),
    project: z
      .string()
      .regex(/^[A-Z][A-Z0-9_]*$/, 'is not a project key')
      .optional(),
    issueType: name.optional(),
  }),
  z.strictObject({
    system: z.literal('servicenow'),
    instance: name.optional(),
    table: table.optional(),
    assignmentGroup: name.optional(),
  }),
]);

/** Which ticket system teams work with, and how ServiceNow is reached. */
export const serviceNowSettings = {
  PAO_TICKET_ROUTES: jsonSetting(z.record(name, route))
    .prefault('{}')
    .transform((routes): TicketRoutes => new Map(Object.entries(routes)))
    .meta({
      description:
        'Where tickets go, by the team that owns the item and `*` for the others: `{"dba":{"system":"servicenow","instance","table","assignmentGroup"},"*":{"system":"jira","instance","project","issueType"}}`',
    }),
  PAO_SERVICENOW_INSTANCES: serviceNowInstancesSetting().meta({
    description:
      'Secret: ServiceNow instances by the name that documents and routes call them, `{"default":{"url","user","password"}}` or `{"url","token"}`',
  }),
  PAO_SERVICENOW_WEBHOOK_SECRET: z.string().min(16).optional().meta({
    description:
      'Secret: signs what a business rule sends to `/webhooks/servicenow`; without it nothing is taken there',
  }),
  PAO_ESCALATION_SERVICENOW_TABLES: listSetting().prefault('task').meta({
    description: 'Comma-separated tables that are asked which tickets changed; `task` has all derived from it',
  }),
};
