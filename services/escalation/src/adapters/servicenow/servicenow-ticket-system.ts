import type { Clock, JsonObject } from '@pao/kernel';
import {
  createServiceNowSite,
  phaseOf,
  type RecordPlace,
  type SendHttp,
  type ServiceNowInstance,
  type ServiceNowSite,
} from '@pao/outgoing';
import { COMMON_LABEL, type IssueReference } from '../../core/domain/tickets/handover.ts';
import type { Outcome } from '../../core/domain/tickets/ledger.ts';
import type { RecordOrder } from '../../core/domain/tickets/ticket-order.ts';
import { commentText } from '../../core/domain/tickets/ticket-text.ts';
import type { TicketHome, TicketPlace, TicketSystem } from '../../core/ports/ticket-system.ts';
import { type LookOptions, lookAt, referenceOf } from './look.ts';
import { toOutcome } from './outcomes.ts';
import { plainFromWiki } from './plain-text.ts';

export interface ServiceNowTicketOptions extends LookOptions {
  /** By the name documents and routes call them. */
  readonly instances: ReadonlyMap<string, ServiceNowInstance>;
  readonly send: SendHttp;
  readonly now: Clock;
}

const done: Outcome<unknown> = { kind: 'ok', value: null };

const noInstance = (name: string): Outcome<never> => ({
  kind: 'refused',
  problem: {
    code: 'SERVICENOW_INSTANCE_UNKNOWN',
    message: `The escalation service knows no ServiceNow ${JSON.stringify(name)}: set PAO_SERVICENOW_INSTANCES where it runs.`,
  },
});

export const serviceNowSites = ({
  instances,
  send,
  now,
}: Pick<ServiceNowTicketOptions, 'instances' | 'send' | 'now'>): ReadonlyMap<string, ServiceNowSite> =>
  new Map([...instances].map(([name, instance]) => [name, createServiceNowSite(instance, send, now)]));

const placeOf = ({ record, issue }: TicketPlace): RecordPlace => ({ table: record?.table ?? 'task', sysId: issue });

/** What says that nobody is going to do it: cancelled, of a table without that closed as incomplete. */
const CANCELLED: Readonly<Record<string, string>> = { incident: '8', change_request: '4' };
const CLOSED_INCOMPLETE = '4';

const SYS_ID = /^[0-9a-f]{32}$/;

/** A field that refers to a group takes its id; people know its name. */
const groupOf = async (site: ServiceNowSite, name: string, timeoutMs: number): Promise<Outcome<string>> => {
  if (SYS_ID.test(name)) return { kind: 'ok', value: name };
  const found = await site.findGroup(name, timeoutMs);
  if (!found.ok) return toOutcome(found.error);
  const [group] = found.value;
  if (group !== undefined) return { kind: 'ok', value: group };
  const message = `ServiceNow has no group ${JSON.stringify(name)}.`;
  return { kind: 'refused', problem: { code: 'SERVICENOW_GROUP_UNKNOWN', message } };
};

/** What the document sets by hand never goes over what the ticket is found by. */
const fieldsOf = (order: RecordOrder, group: string | undefined): JsonObject => ({
  ...order.customFields,
  short_description: order.summary.slice(0, 160),
  description: plainFromWiki(order.description),
  correlation_id: order.labels[0] ?? '',
  correlation_display: COMMON_LABEL,
  ...(group !== undefined && { assignment_group: group }),
});

const noteOnce = async (
  site: ServiceNowSite,
  place: RecordPlace,
  { name, text }: { readonly name: string; readonly text: string },
  timeoutMs: number,
): Promise<Outcome<unknown>> => {
  const comments = await site.readComments(place, timeoutMs);
  if (!comments.ok) return toOutcome(comments.error);
  if (comments.value.some((comment) => comment.text.includes(name))) return done;
  const note = plainFromWiki(commentText(`${text}\n(${name})`));
  const added = await site.updateRecord(place, { work_notes: note }, timeoutMs);
  return added.ok ? done : toOutcome(added.error);
};

const closeOnce = async (site: ServiceNowSite, place: RecordPlace, timeoutMs: number): Promise<Outcome<unknown>> => {
  const found = await site.readRecord(place, timeoutMs);
  if (!found.ok) return toOutcome(found.error);
  if (phaseOf(place.table, found.value) !== 'open') return done;
  const state = CANCELLED[place.table] ?? CLOSED_INCOMPLETE;
  const closed = await site.updateRecord(place, { state }, timeoutMs);
  return closed.ok ? done : toOutcome(closed.error);
};

/**
 * Tickets as records of ServiceNow (Table API), found by their `correlation_id`. Which relations of records there are differs from
 * instance to instance, so what blocks a record is told in its work notes. What must not be done twice is looked for first.
 */
export const createServiceNowTicketSystem = (options: ServiceNowTicketOptions): TicketSystem => {
  const sites = serviceNowSites(options);
  const { timeoutMs } = options;

  const at = async <T>(
    { instance }: Pick<TicketHome, 'instance'>,
    call: (site: ServiceNowSite) => Promise<Outcome<T>>,
  ): Promise<Outcome<T>> => {
    const site = sites.get(instance);
    return site ? call(site) : noInstance(instance);
  };

  const comment: TicketSystem['comment'] = (place, name, text) =>
    at(place, (site) => noteOnce(site, placeOf(place), { name, text }, timeoutMs));

  return {
    create: (order) =>
      at<IssueReference>(order, async (site) => {
        if (order.record === undefined) throw new Error('an issue of Jira is no record of ServiceNow');
        const { table, assignmentGroup } = order.record;
        const group = assignmentGroup === undefined ? undefined : await groupOf(site, assignmentGroup, timeoutMs);
        // Nothing was created yet, whatever became of the search.
        if (group?.kind === 'unknown') return { ...group, kind: 'not-executed' };
        if (group && group.kind !== 'ok') return group;
        const created = await site.createRecord(table, fieldsOf(order, group?.value), timeoutMs);
        if (!created.ok) return toOutcome(created.error);
        return { kind: 'ok', value: referenceOf(site, { table, ...created.value }, created.value.number) };
      }),
    find: (home, label) =>
      at<readonly IssueReference[]>(home, async (site) => {
        const table = home.record?.table ?? 'task';
        const found = await site.findByCorrelation(table, label, timeoutMs);
        if (!found.ok) return toOutcome(found.error);
        const hits = found.value.slice(0, 2);
        return { kind: 'ok', value: hits.map((hit) => referenceOf(site, { table, ...hit }, hit.number)) };
      }),
    link: ({ blocker, blocked, name }) =>
      comment(blocked, name, `Is blocked by ${blocker.reference.key}: ${blocker.reference.url}`),
    look: (place, outputs) => at(place, (site) => lookAt(site, placeOf(place), outputs, options)),
    comment,
    close: (place) => at(place, (site) => closeOnce(site, placeOf(place), timeoutMs)),
  };
};
