import { type Clock, type Json, type JsonObject, ok } from '@pao/kernel';
import type { SendHttp } from '@pao/outgoing';
import { z } from 'zod';
import { createJiraCaller, type JiraAnswer, type JiraFlavor, type JiraInstance } from './client.ts';
import {
  type CreateField,
  createFieldsShape,
  type IssueType,
  issueTypesShape,
  type JiraUser,
  usersShape,
} from './create-meta.ts';
import {
  commentsShape,
  type Issue,
  type IssueComment,
  type IssueReading,
  issueShape,
  readingShape,
  searchShape,
  type Transition,
  transitionsShape,
} from './shapes.ts';

export interface IssueLink {
  /** `Blocks`: the inward issue blocks the outward one. */
  readonly type: string;
  readonly inward: string;
  readonly outward: string;
}

export interface IssueSearch {
  readonly jql: string;
  /** At most so many hits are asked for, page by page. */
  readonly most: number;
}

/** Calls of Jira's REST API, version 3 or 2. None repeats anything. Issues are named by id or key. */
export interface JiraSite {
  readonly url: string;
  readonly flavor: JiraFlavor;
  createIssue(fields: JsonObject, timeoutMs: number): JiraAnswer<Issue>;
  /** At most two of the issues that carry a label; the search lags behind what was created. */
  findByLabel(label: string, timeoutMs: number): JiraAnswer<readonly Issue[]>;
  search(search: IssueSearch, timeoutMs: number): JiraAnswer<readonly Issue[]>;
  readIssue(issue: string, timeoutMs: number): JiraAnswer<IssueReading>;
  /** The newest first, at most fifty. */
  readComments(issue: string, timeoutMs: number): JiraAnswer<readonly IssueComment[]>;
  /** `body` as the flavor has it: a document, or wiki markup. */
  addComment(issue: string, body: Json, timeoutMs: number): JiraAnswer<unknown>;
  linkIssues(link: IssueLink, timeoutMs: number): JiraAnswer<unknown>;
  /** What the account may do with the issue now. */
  readTransitions(issue: string, timeoutMs: number): JiraAnswer<readonly Transition[]>;
  transition(issue: string, transition: string, timeoutMs: number): JiraAnswer<unknown>;
  /** The types of issues that the account may create in a project. */
  readIssueTypes(project: string, timeoutMs: number): JiraAnswer<readonly IssueType[]>;
  /** The fields that a new issue of a type, by its id, has there. */
  readCreateFields(project: string, issueType: string, timeoutMs: number): JiraAnswer<readonly CreateField[]>;
  /** Users whose name or address begins so; addresses are shown only where their privacy allows it. */
  findUsers(query: string, timeoutMs: number): JiraAnswer<readonly JiraUser[]>;
}

/** Where a page of hits starts. */
interface Place {
  readonly nextPageToken?: string;
  readonly startAt?: number;
}

const PAGE = 100;
const COMMENTS = 50;
/** Of lists that no form has more of. */
const META = 200;

type SearchParameters = Readonly<Record<string, string | number>>;

const READ_FIELDS = ['*all', '-comment', '-worklog', '-attachment'];

/** A Jira site by jira.js. */
export const createJiraSite = (instance: JiraInstance, send: SendHttp, now: Clock): JiraSite => {
  const { flavor, call } = createJiraCaller(instance, send, now);

  const find = (jql: string, maxResults: number, place: Place, timeoutMs: number) => {
    const search = { jql, maxResults, fields: ['summary'] };
    return call(searchShape, timeoutMs, (jira, client) =>
      flavor === 'cloud'
        ? jira.searchAndReconsileIssuesUsingJql(client, { ...search, ...place })
        : client.sendRequest({ url: '/rest/api/3/search/jql', method: 'GET', searchParams: { ...search, ...place } }),
    );
  };

  /** Cloud names the next page itself; Data Center counts. */
  const nextPage = (found: number, nextPageToken: string | undefined): Place | undefined => {
    if (flavor === 'data-center') return { startAt: found };
    return nextPageToken === undefined ? undefined : { nextPageToken };
  };

  const read = <S extends z.ZodType>(schema: S, path: string, searchParams: SearchParameters, timeoutMs: number) =>
    call(schema, timeoutMs, (_, client) =>
      client.sendRequest({ url: `/rest/api/3/${path}`, method: 'GET', searchParams }),
    );

  return {
    url: instance.url,
    flavor,
    createIssue: (fields, timeoutMs) =>
      call(issueShape, timeoutMs, (jira, client) => jira.createIssue(client, { fields })),
    findByLabel: async (label, timeoutMs) => {
      const found = await find(`labels = "${label}"`, 2, {}, timeoutMs);
      return found.ok ? ok(found.value.issues) : found;
    },
    search: async ({ jql, most }, timeoutMs) => {
      const issues: Issue[] = [];
      for (let place: Place | undefined = {}; place !== undefined && issues.length < most; ) {
        const asked = Math.min(PAGE, most - issues.length);
        const found = await find(jql, asked, place, timeoutMs);
        if (!found.ok) return found;
        issues.push(...found.value.issues);
        place = found.value.issues.length < asked ? undefined : nextPage(issues.length, found.value.nextPageToken);
      }
      return ok(issues);
    },
    readIssue: (issueIdOrKey, timeoutMs) =>
      call(readingShape, timeoutMs, (jira, client) =>
        jira.getIssue(client, { issueIdOrKey, fields: READ_FIELDS, expand: 'changelog' }),
      ),
    readComments: async (issueIdOrKey, timeoutMs) => {
      const found = await call(commentsShape, timeoutMs, (jira, client) =>
        jira.getComments(client, { issueIdOrKey, maxResults: COMMENTS, orderBy: '-created' }),
      );
      return found.ok ? ok(found.value.comments) : found;
    },
    addComment: (issueIdOrKey, body, timeoutMs) =>
      call(z.unknown(), timeoutMs, (_, client) =>
        // jira.js would read a text back in a second request.
        client.sendRequest({ url: `/rest/api/3/issue/${issueIdOrKey}/comment`, method: 'POST', body: { body } }),
      ),
    linkIssues: ({ type, inward, outward }, timeoutMs) =>
      call(z.unknown(), timeoutMs, (jira, client) =>
        jira.linkIssues(client, { type: { name: type }, inwardIssue: { key: inward }, outwardIssue: { key: outward } }),
      ),
    readTransitions: async (issueIdOrKey, timeoutMs) => {
      const found = await call(transitionsShape, timeoutMs, (jira, client) =>
        jira.getTransitions(client, { issueIdOrKey }),
      );
      return found.ok ? ok(found.value.transitions) : found;
    },
    transition: (issueIdOrKey, transition, timeoutMs) =>
      call(z.unknown(), timeoutMs, (jira, client) =>
        jira.doTransition(client, { issueIdOrKey, transition: { id: transition } }),
      ),
    readIssueTypes: (project, timeoutMs) =>
      read(issueTypesShape, `issue/createmeta/${project}/issuetypes`, { maxResults: META }, timeoutMs),
    readCreateFields: (project, issueType, timeoutMs) => {
      const path = `issue/createmeta/${project}/issuetypes/${encodeURIComponent(issueType)}`;
      return read(createFieldsShape, path, { maxResults: META }, timeoutMs);
    },
    findUsers: (query, timeoutMs) =>
      read(usersShape, 'user/search', flavor === 'cloud' ? { query } : { username: query }, timeoutMs),
  };
};
