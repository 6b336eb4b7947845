import { err, errorMessage, type Json, ok, type Result } from '@pao/kernel';
import { MAX_SOURCE_BYTES, own, ownText, readJson } from '../read.ts';
import { excerpt } from '../remarks.ts';
import type { ImportError } from '../settle.ts';
import { pick } from './metadata.ts';

export interface JiraSite {
  readonly url: string;
  readonly email: string;
  readonly token: string;
  readonly project: string;
  readonly issueType: string;
  readonly signal: AbortSignal;
}

export interface LiveMetadata {
  readonly answer: Json;
  readonly issueType: string;
  readonly project: string;
}

const PAGE = 200;
const MAX_PAGES = 20;
const TIMEOUT_MS = 20_000;

/** The create-metadata of one issue type, asked of Jira itself. Credentials go to that site only, and into no message. */
export const fetchMetadata = async (site: JiraSite): Promise<Result<LiveMetadata, ImportError>> => {
  const base = siteUrl(site.url);
  if (!base.ok) return base;
  const root = `${base.value}/rest/api/3/issue/createmeta/${encodeURIComponent(site.project)}/issuetypes`;
  const types = await collect(root, ['issueTypes', 'values'], site);
  if (!types.ok) return types;
  const type = pick(types.value, 'issue type', site.issueType, ['name', 'id']);
  if (!type.ok) return type;
  const id = ownText(type.value, 'id') ?? '';
  const fields = await collect(`${root}/${encodeURIComponent(id)}`, ['fields', 'results', 'values'], site);
  if (!fields.ok) return fields;
  const issueType = ownText(type.value, 'name') ?? site.issueType;
  return ok({ answer: { fields: fields.value }, issueType, project: site.project });
};

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/** The password is in every call: it goes over a wire only when that is encrypted. */
export const siteUrl = (text: string): Result<string, ImportError> => {
  const url = URL.parse(text);
  if (url === null) return err({ message: 'the site is not a URL such as https://example.atlassian.net' });
  if (url.username !== '' || url.password !== '') {
    return err({ message: 'the site must not hold credentials; set JIRA_EMAIL and JIRA_TOKEN' });
  }
  const local = url.protocol === 'http:' && LOOPBACK.has(url.hostname);
  if (url.protocol !== 'https:' && !local) return err({ message: 'the site must be an https URL' });
  return ok(`${url.origin}${url.pathname.replace(/\/+$/, '')}`);
};

const collect = async (
  url: string,
  keys: readonly string[],
  site: JiraSite,
): Promise<Result<readonly Json[], ImportError>> => {
  const all: Json[] = [];
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const answer = await get(`${url}?startAt=${all.length}&maxResults=${PAGE}`, site);
    if (!answer.ok) return answer;
    const list = keys.map((key) => own(answer.value, key)).find((value) => Array.isArray(value));
    if (list === undefined) return err({ message: 'the answer of Jira holds no list; is this a Jira Cloud site?' });
    all.push(...(list as readonly Json[]));
    const total = own(answer.value, 'total');
    if (list.length === 0 || typeof total !== 'number' || all.length >= total) return ok(all);
  }
  return err({ message: `Jira has more than ${MAX_PAGES} pages of it` });
};

const get = async (url: string, { email, token, signal }: JiraSite): Promise<Result<Json, ImportError>> => {
  const authorization = `Basic ${Buffer.from(`${email}:${token}`).toString('base64')}`;
  try {
    const response = await fetch(url, {
      headers: { authorization, accept: 'application/json' },
      // A redirect would take the credentials along, or end at a page for people.
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    const text = await readLimited(response);
    if (text === undefined) return err({ message: 'the answer of Jira is too large' });
    if (!response.ok) return err({ message: refusal(response.status) });
    const read = readJson(text);
    return read.ok ? read : err({ message: `the answer of Jira cannot be read: ${read.error.message}` });
  } catch (thrown) {
    return err({ message: `Jira cannot be reached: ${excerpt(causeOf(thrown))}` });
  }
};

const readLimited = async (response: Response): Promise<string | undefined> => {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > MAX_SOURCE_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
};

const refusal = (status: number): string => {
  if (status === 401 || status === 403) return `Jira refuses the account (${status}); see JIRA_EMAIL and JIRA_TOKEN`;
  return status === 404 ? 'Jira has no such project, or not for this account (404)' : `Jira answers ${status}`;
};

const causeOf = (thrown: unknown): string => {
  const cause = thrown instanceof Error && thrown.cause instanceof Error ? thrown.cause : thrown;
  return errorMessage(cause);
};
