import { hash } from 'node:crypto';
import { type IssueComment, type IssueReading, type JiraSite, plainTextOf } from '@pao/jira';
import { canonicalJson, type JsonObject } from '@pao/kernel';
import type { Look } from '../../core/domain/tickets/hand-back.ts';
import type { HandBack, IssueReference, TicketReading } from '../../core/domain/tickets/handover.ts';
import type { Outcome } from '../../core/domain/tickets/ledger.ts';
import { fieldValue, writtenOutputs } from '../tickets/written-outputs.ts';
import { isGone, toOutcome } from './outcomes.ts';

export interface LookOptions {
  readonly timeoutMs: number;
  /** Names of resolutions, in lower case, that say that something won't be done. */
  readonly declined: ReadonlySet<string>;
}

/** A comment of ours names the ticket's label; what people write does not. */
const isOurs = ({ body }: IssueComment): boolean => /\bpao-[0-9a-f-]{36}-g\d+-escalation/.test(plainTextOf(body));

export const referenceOf = (
  site: JiraSite,
  { id, key }: { readonly id: string; readonly key: string },
): IssueReference => ({
  id,
  key,
  url: `${site.url}/browse/${key}`,
});

const readingOf = ({ status, category, resolution, assignee }: IssueReading): TicketReading => ({
  status,
  closed: category === 'done',
  resolution,
  assignee,
});

/** Fields that the document maps, then what is written in the description, then in comments: the newest wins. */
const outputsOf = (
  issue: IssueReading,
  comments: readonly IssueComment[],
  mapping: Readonly<Record<string, string>>,
): JsonObject => {
  const mapped = Object.entries(mapping).flatMap(([name, field]) => {
    const value = fieldValue(issue.fields[field]);
    return value === undefined ? [] : [[name, value] as const];
  });
  const written = comments.flatMap(({ body }) => writtenOutputs(body) ?? []).toReversed();
  return Object.assign(
    {},
    Object.fromEntries(mapped),
    writtenOutputs(issue.description) ?? {},
    ...written,
  ) as JsonObject;
};

const handBackOf = (
  issue: IssueReading,
  comments: readonly IssueComment[],
  mapping: Readonly<Record<string, string>>,
  { declined }: LookOptions,
): HandBack => {
  const theirs = comments.filter((comment) => !isOurs(comment));
  const resolution = issue.resolution ?? issue.status;
  const note = plainTextOf(theirs[0]?.body ?? '').trim();
  return {
    outcome: declined.has(resolution.toLowerCase()) ? 'declined' : 'done',
    resolution,
    outputs: outputsOf(issue, theirs, mapping),
    note: note === '' ? null : note,
    by: issue.movedBy ?? issue.assignee ?? theirs[0]?.author ?? 'somebody in Jira',
  };
};

/** Reads a ticket as it is now; what it hands back, too, when it is closed. */
export const lookAt = async (
  site: JiraSite,
  id: string,
  mapping: Readonly<Record<string, string>>,
  options: LookOptions,
): Promise<Outcome<Look | 'gone'>> => {
  const found = await site.readIssue(id, options.timeoutMs);
  if (!found.ok) return isGone(found.error) ? { kind: 'ok', value: 'gone' } : toOutcome(found.error);
  const issue = referenceOf(site, found.value);
  const reading = readingOf(found.value);
  if (!reading.closed) return { kind: 'ok', value: { issue, reading } };
  const comments = await site.readComments(id, options.timeoutMs);
  if (!comments.ok) return isGone(comments.error) ? { kind: 'ok', value: 'gone' } : toOutcome(comments.error);
  const handBack = handBackOf(found.value, comments.value, mapping, options);
  const { outcome, resolution, outputs } = handBack;
  const digest = hash('sha256', canonicalJson({ outcome, resolution, outputs }));
  return { kind: 'ok', value: { issue, reading, handBack, digest } };
};
