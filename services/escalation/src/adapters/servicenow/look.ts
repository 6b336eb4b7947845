import type { JsonObject } from '@pao/kernel';
import {
  phaseOf,
  type RecordPlace,
  type ServiceNowComment,
  type ServiceNowReading,
  type ServiceNowSite,
} from '@pao/outgoing';
import type { Look } from '../../core/domain/tickets/hand-back.ts';
import type { HandBack, IssueReference } from '../../core/domain/tickets/handover.ts';
import type { Outcome } from '../../core/domain/tickets/ledger.ts';
import { closedWith } from '../tickets/closed-with.ts';
import { isGone } from '../tickets/failed-call.ts';
import { outputsFrom, type ReadOutputs } from '../tickets/written-outputs.ts';
import { toOutcome } from './outcomes.ts';

export interface LookOptions {
  readonly timeoutMs: number;
  /** Names of close codes, in lower case, that say that something won't be done. */
  readonly declined: ReadonlySet<string>;
}

/** A note of ours names the ticket's label; what people write does not. */
const isOurs = ({ text }: ServiceNowComment): boolean => /\bpao-[0-9a-f-]{36}-g\d+-escalation/.test(text);

export const referenceOf = (site: ServiceNowSite, place: RecordPlace, number: string | null): IssueReference => ({
  id: place.sysId,
  key: number ?? place.sysId,
  url: site.urlOf(place),
});

/** Fields that the document maps, then what is written in comments, the newest last, then in the close notes. */
const outputsOf = (
  fields: JsonObject,
  mapping: Readonly<Record<string, string>>,
  written: readonly (string | null)[],
): ReadOutputs => {
  const mapped = Object.entries(mapping).flatMap(([name, field]) => {
    const value = Object.hasOwn(fields, field) ? fields[field] : undefined;
    return value === undefined || value === '' ? [] : [[name, value] as const];
  });
  return outputsFrom(Object.fromEntries(mapped), written);
};

interface Read {
  readonly record: ServiceNowReading;
  readonly phase: 'done' | 'declined';
  readonly comments: readonly ServiceNowComment[];
  readonly outputs: JsonObject;
}

const handBackOf = ({ record, phase, comments, outputs }: Read, { declined }: LookOptions): HandBack => {
  const resolution = record.closeCode ?? record.state?.shown ?? 'closed';
  const [newest] = comments;
  const note = (record.closeNotes ?? newest?.text ?? '').trim();
  return {
    outcome: phase === 'declined' || declined.has(resolution.toLowerCase()) ? 'declined' : 'done',
    resolution,
    outputs,
    note: note === '' ? null : note,
    by: record.assignedTo ?? newest?.author ?? 'somebody in ServiceNow',
  };
};

/** Reads a record as it is now; what it hands back, too, when it is closed. */
export const lookAt = async (
  site: ServiceNowSite,
  place: RecordPlace,
  mapping: Readonly<Record<string, string>>,
  options: LookOptions,
): Promise<Outcome<Look | 'gone'>> => {
  const { timeoutMs } = options;
  const found = await site.readRecord(place, timeoutMs);
  if (!found.ok) return isGone(found.error) ? { kind: 'ok', value: 'gone' } : toOutcome(found.error);
  const record = found.value;
  const phase = phaseOf(place.table, record);
  const { closeCode: resolution, assignedTo: assignee } = record;
  const reading = { status: record.state?.shown ?? '', closed: phase !== 'open', resolution, assignee };
  const issue = referenceOf(site, { ...place, sysId: record.sysId }, record.number);
  if (phase === 'open') return { kind: 'ok', value: { issue, reading } };
  const comments = await site.readComments(place, timeoutMs);
  if (!comments.ok) return toOutcome(comments.error);
  const fields = await site.readFields(place, Object.values(mapping), timeoutMs);
  if (!fields.ok) return toOutcome(fields.error);
  const theirs = comments.value.filter((comment) => !isOurs(comment));
  const written = [...theirs.map(({ text }) => text).toReversed(), record.closeNotes];
  const { outputs, problem } = outputsOf(fields.value, mapping, written);
  const handBack = handBackOf({ record, phase, comments: theirs, outputs }, options);
  return { kind: 'ok', value: { issue, reading, ...closedWith(handBack, problem) } };
};
