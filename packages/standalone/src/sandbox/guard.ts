import type { IncomingHttpHeaders } from 'node:http';
import type { Answer } from './http.ts';

// Names under .test exist in no public name service, so that no page out there can be reached by them.
const HOST = /^(127\.0\.0\.1|localhost|\[::1\]|([a-z0-9-]+\.)*sandbox\.test)(:\d+)?$/i;

/**
 * Web pages from elsewhere must not get at the sandbox through the browser of who runs it: neither by a name that resolves
 * to this machine, nor by a form that posts here.
 */
export const refusal = (headers: IncomingHttpHeaders, method: string): Answer | undefined => {
  const { host = '', origin } = headers;
  const isSameOrigin = origin === undefined || origin === `http://${host}`;
  if (HOST.test(host) && (isSameOrigin || method === 'GET')) return undefined;
  return { status: 403, body: { error: { code: 'forbidden', message: 'The sandbox serves this machine only.' } } };
};
