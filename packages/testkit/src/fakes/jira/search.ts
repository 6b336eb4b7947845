import { isJsonObject, type JsonObject } from '@pao/kernel';
import type { FakeCall } from '../server.ts';
import { failure, type Handle, objectIn } from './calls.ts';
import { nowOf, shape } from './issues.ts';

/** As Jira has it: a page of fifty unless more is asked for, and of each issue only the fields that are asked for. */
const SEARCH_PAGE = 50;

const searchParameter = ({ method, query, text }: FakeCall, name: string): string => {
  if (method === 'GET') return query.get(name) ?? '';
  const value = objectIn(text)[name];
  if (Array.isArray(value)) return value.join(',');
  return typeof value === 'string' || typeof value === 'number' ? `${value}` : '';
};

const onlyFields = ({ id = '', key = '', fields }: JsonObject, wanted: string): JsonObject => {
  const names = wanted.split(',');
  const kept = Object.entries(isJsonObject(fields) ? fields : {}).filter(([name]) => names.includes(name));
  return { id, key, fields: Object.fromEntries(kept) };
};

export const search: Handle = (jira, call) => {
  const jql = searchParameter(call, 'jql');
  const label = /labels\s*=\s*"?([^"\s]+)"?/.exec(jql)?.[1];
  if (label === undefined) return failure(400, `Error in the JQL Query: only labels are searched here, not '${jql}'.`);
  const now = nowOf(jira).getTime();
  const minutes = /updated\s*>=\s*"-(\d+)m"/.exec(jql)?.[1];
  const since = minutes === undefined ? 0 : now - Number(minutes) * 60_000;
  const hits = jira.issues.filter(({ fields, createdAt, updatedAt }) => {
    const { labels } = fields;
    const isIndexed = createdAt.getTime() <= now - (jira.options.searchLagMs ?? 0);
    return isIndexed && updatedAt.getTime() >= since && Array.isArray(labels) && labels.includes(label);
  });
  if (/ORDER BY updated DESC/.test(jql)) hits.sort((one, other) => Number(other.updatedAt) - Number(one.updatedAt));
  // Cloud names where the next page begins, Data Center is told a number.
  const start = Number(searchParameter(call, 'nextPageToken') || searchParameter(call, 'startAt') || 0);
  const end = start + Number(searchParameter(call, 'maxResults') || SEARCH_PAGE);
  const fields = searchParameter(call, 'fields');
  const issues = hits.slice(start, end).map((issue) => onlyFields(shape(jira, issue), fields));
  const isLast = end >= hits.length;
  return { status: 200, body: { issues, isLast, ...(!isLast && { nextPageToken: String(end) }) } };
};
