import { type IssueComment, type IssueReading, type JiraSite, plainTextOf } from '@pao/jira';
import type { Look } from '../../core/domain/tickets/hand-back.ts';
import type { HandBack, IssueReference, TicketReading } from '../../core/domain/tickets/handover.ts';
import type { Outcome } from '../../core/domain/tickets/ledger.ts';
import { closedWith } from '../tickets/closed-with.ts';
import { isGone } from '../tickets/failed-call.ts';
import { fieldValue, outputsFrom, type ReadOutputs } from '../tickets/written-outputs.ts';
import { toOutcome } from './outcomes.ts';

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

/** Fields that the document maps, then what is written in the description, then in comments. */
const outputsOf = (
  issue: IssueReading,
  comments: readonly IssueComment[],
  mapping: Readonly<Record<string, string>>,
): ReadOutputs => {
  const mapped = Object.entries(mapping).flatMap(([name, field]) => {
    const value = fieldValue(issue.fields[field]);
    return value === undefined ? [] : [[name, value] as const];
  });
  const written = comments.map(({ body }) => body).toReversed();
  return outputsFrom(Object.fromEntries(mapped), [issue.description, ...written]);
};

const handBackOf = (
  issue: IssueReading,
  comments: readonly IssueComment[],
  mapping: Readonly<Record<string, string>>,
  { declined }: LookOptions,
): HandBack & Pick<ReadOutputs, 'problem'> => {
  const theirs = comments.filter((comment) => !isOurs(comment));
  const resolution = issue.resolution ?? issue.status;
  const note = plainTextOf(theirs[0]?.body ?? '').trim();
  return {
    outcome: declined.has(resolution.toLowerCase()) ? 'declined' : 'done',
    resolution,
    ...outputsOf(issue, theirs, mapping),
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
  const { problem, ...handBack } = handBackOf(found.value, comments.value, mapping, options);
  return { kind: 'ok', value: { issue, reading, ...closedWith(handBack, problem) } };
};
