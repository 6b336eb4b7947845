import { jsonSetting } from '@pao/runtime';
import { z } from 'zod';
import type { ServiceNowInstance } from './client.ts';

const url = z
  .url({ protocol: /^https?$/, error: 'is not an http(s) address' })
  .refine((text) => !/[?#@]/.test(text), 'has a query, a fragment or credentials')
  .overwrite((text) => text.replace(/\/+$/, ''));

const instance = z
  .strictObject({
    url,
    user: z.string().min(1).optional(),
    password: z.string().min(1).optional(),
    token: z.string().min(1).optional(),
  })
  .transform(({ url: address, user, password, token }, context): ServiceNowInstance => {
    if (token !== undefined && user === undefined && password === undefined) return { url: address, token };
    if (token === undefined && user !== undefined && password !== undefined) return { url: address, user, password };
    context.addIssue({ code: 'custom', message: 'needs either user and password or token' });
    return z.NEVER;
  });

/** Instances by name, as JSON: `{"main":{"url":"https://example.service-now.com","user":"pao","password":"…"}}`. */
export const serviceNowInstancesSetting = () =>
  jsonSetting(z.record(z.string().min(1).max(100), instance)).prefault('{}');
