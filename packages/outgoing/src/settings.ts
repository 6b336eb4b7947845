import { listSetting } from '@pao/runtime';
import { z } from 'zod';
import { authorityOf, type Endpoint, parseEndpoint } from './egress.ts';

const allowed = z.string().transform((text, context) => {
  const endpoint = parseEndpoint(text);
  if (endpoint) return authorityOf(endpoint);
  context.addIssue({ code: 'custom', message: `${JSON.stringify(text)} is not host:port` });
  return z.NEVER;
});

const mapped = z.string().transform((text, context): [string, Endpoint] => {
  const [from, to, ...rest] = text.split('=').map(parseEndpoint);
  if (from && to && rest.length === 0) return [authorityOf(from), to];
  context.addIssue({ code: 'custom', message: `${JSON.stringify(text)} is not host:port=host:port` });
  return z.NEVER;
});

/** What `createEgress` goes by, as every service that makes calls takes it from its environment. */
export const egressSettings = {
  PAO_EGRESS_ALLOW: listSetting().pipe(z.array(allowed)).meta({
    description: 'Comma-separated `host:port` that may be called although they are not on the public internet',
  }),
  PAO_EGRESS_MAP: listSetting()
    .pipe(z.array(mapped))
    .meta({ description: 'Comma-separated `host:port=host:port`: where a host is called instead, under its own name' }),
};
