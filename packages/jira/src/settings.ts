import { jsonSetting } from '@pao/runtime';
import { z } from 'zod';
import type { JiraInstance } from './client.ts';

/** The instance of a ticket that names none. */
export const DEFAULT_JIRA = 'default';

const url = z
  .url({ protocol: /^https?$/, error: 'is not an http(s) address' })
  .refine((text) => !/[?#]/.test(text), 'has a query or a fragment')
  .overwrite((text) => text.replace(/\/+$/, ''));

const instance = z
  .strictObject({
    url,
    flavor: z.enum(['cloud', 'data-center']).default('cloud'),
    email: z.string().min(1).optional(),
    apiToken: z.string().min(1),
  })
  .refine(({ flavor, email }) => flavor === 'data-center' || email !== undefined, 'a Cloud site needs an email')
  .transform(({ email, ...rest }): JiraInstance => ({ ...rest, ...(email !== undefined && { email }) }));

/** Further sites by name, as JSON: `{"ops":{"url":"https://jira.example.com","flavor":"data-center","apiToken":"…"}}`. */
export const jiraInstancesSetting = () => jsonSetting(z.record(z.string().min(1).max(100), instance)).prefault('{}');
