import type { AwaitedTicket, NextStep, Success } from '@pao/executor-sdk';
import type { Issue, JiraSite } from '@pao/jira';
import { isJsonObject, type JsonObject } from '@pao/kernel';
import type { TicketLink } from './config.ts';

/** A ticket that is made: where, and what follows it. */
export interface Site {
  readonly url: string;
  readonly jira: JiraSite;
  readonly links: readonly TicketLink[];
  /** Present when the task waits until its ticket is resolved. */
  readonly awaiting?: Pick<AwaitedTicket, 'instance' | 'fields'>;
}

const linkStep = (links: readonly TicketLink[], { id, key }: Issue, made: number): NextStep | undefined =>
  made < links.length ? { kind: 'step', step: `link-${made + 1}`, state: { id, key, made } } : undefined;

/** What a step of links goes on with. */
export const ticketOf = (state: JsonObject): (Issue & { readonly made: number }) | undefined => {
  const { id, key, made } = state;
  return isJsonObject(state) && typeof id === 'string' && typeof key === 'string' && typeof made === 'number'
    ? { id, key, made }
    : undefined;
};

/** The ticket is there, with so many of its links. */
export const ticketMade = ({ url, links, awaiting }: Site, issue: Issue, made: number): Success => {
  const { id, key } = issue;
  const result = { key, url: `${url}/browse/${key}`, id };
  const evidence = { key, url: result.url };
  const success: Success = { kind: 'ok', result, offered: result, evidence, externalRef: key };
  const next = linkStep(links, issue, made);
  if (next !== undefined) return { ...success, next };
  return awaiting ? { ...success, waitsFor: { system: 'jira', ...awaiting, ...result } } : success;
};
