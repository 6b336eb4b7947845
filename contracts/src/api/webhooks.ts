import { z } from 'zod';
import { defineOperation } from '../operation.ts';

export const webhookAnswerSchema = z.object({
  outcome: z.enum(['pong', 'accepted', 'ignored', 'repeated']).meta({
    description: '`accepted`: the catalog is read again in the background. `repeated`: this delivery was taken before.',
  }),
  reason: z.string().meta({ description: 'For the person who looks at the delivery on GitHub.' }),
});

export type WebhookAnswer = z.infer<typeof webhookAnswerSchema>;

export const receiveGithubWebhook = defineOperation({
  id: 'receiveGithubWebhook',
  service: 'catalog',
  method: 'POST',
  path: '/webhooks/github',
  tag: 'catalog',
  summary: "GitHub's news of a push to the catalog repository, signed in X-Hub-Signature-256; 200 answers a ping",
  public: true,
  rawBody: true,
  body: z.instanceof(Uint8Array),
  // What GitHub sends at most.
  maxBodyBytes: 25 * 1_048_576,
  headers: ['x-hub-signature-256', 'x-github-event', 'x-github-delivery'],
  status: 202,
  otherStatuses: [200],
  data: webhookAnswerSchema,
});

export const receiveJiraWebhook = defineOperation({
  id: 'receiveJiraWebhook',
  service: 'escalation',
  method: 'POST',
  path: '/webhooks/jira',
  tag: 'escalations',
  summary: "Jira's news of an issue, signed in X-Hub-Signature; only a hint, after which the ticket is read",
  public: true,
  rawBody: true,
  body: z.instanceof(Uint8Array),
  maxBodyBytes: 4 * 1_048_576,
  headers: ['x-hub-signature', 'x-atlassian-webhook-identifier'],
  status: 202,
  data: z.object({ outcome: z.enum(['accepted', 'ignored']) }),
});

export const receiveServicenowWebhook = defineOperation({
  id: 'receiveServicenowWebhook',
  service: 'escalation',
  method: 'POST',
  path: '/webhooks/servicenow',
  tag: 'escalations',
  summary: 'News of a record of ServiceNow from a business rule, signed in X-PAO-Signature; only a hint',
  public: true,
  rawBody: true,
  body: z.instanceof(Uint8Array),
  maxBodyBytes: 65_536,
  headers: ['x-pao-signature'],
  status: 202,
  data: z.object({ outcome: z.enum(['accepted', 'ignored']) }),
});
