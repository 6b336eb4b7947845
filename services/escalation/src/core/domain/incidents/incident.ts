import { runbookPageOf } from '@pao/contracts';
import type { JsonObject } from '@pao/kernel';
import type { RequestStopped } from '../escalation.ts';

/** What stops have in common that are one incident. */
export interface Fingerprint {
  readonly catalogId: string;
  readonly actionId: string;
  readonly failureCode: string;
  /** Null where the failure does not say at which host it happened. */
  readonly targetHost: string | null;
}

/** `forming` until a second request stops for the same reason: one alone is no incident, and is shown nowhere. */
export type IncidentStatus = 'forming' | 'open' | 'closed';

export interface Incident {
  readonly id: string;
  readonly tenantId: string;
  readonly fingerprint: Fingerprint;
  readonly status: IncidentStatus;
  /** How many stops it counts. */
  readonly stops: number;
  readonly firstAt: Date;
  readonly lastAt: Date;
  readonly openedAt: Date | null;
  /** `by` is null when it closed by itself. */
  readonly closed: { readonly at: Date; readonly by: string | null; readonly reason: string } | null;
}

/** What stands in for a closer's reason when nobody closed it. */
export const CLOSED_BY_ITSELF =
  'All of its requests went on, and nothing new came for as long as failures are taken together.';

const MOST_TEXT = 200;
const MOST_HOST = 255;

/** Neither NUL nor half a character can be stored, and codes of a team's executor may hold either. */
const kept = (text: string): string => text.replaceAll('\0', '').toWellFormed().slice(0, MOST_TEXT).toWellFormed();

/** The evidence names a target as `POST https://host/path`. It is what an executor reported, so it may be anything. */
const targetHostOf = (evidence: JsonObject | undefined): string | null => {
  const target = evidence?.['target'];
  if (typeof target !== 'string' || target.length > 4_000) return null;
  const address = target.split(' ').find((part) => /^https?:\/\//i.test(part));
  const host = address === undefined ? undefined : URL.parse(address)?.host;
  return host === undefined || host === '' || host.length > MOST_HOST ? null : host;
};

export const fingerprintOf = ({ catalogId, task, failure }: RequestStopped): Fingerprint => ({
  catalogId: kept(catalogId),
  actionId: kept(task.actionId),
  failureCode: kept(failure.code),
  targetHost: targetHostOf(failure.evidence),
});

export const titleOf = ({ catalogId, actionId, failureCode, targetHost }: Fingerprint): string => {
  const page = runbookPageOf(failureCode);
  const place = targetHost === null ? '' : ` at ${targetHost}`;
  return `${failureCode}${page ? ` (${page.title})` : ''}: ${actionId} of ${catalogId}${place}`;
};

export type Membership =
  /** It counts, and may make an incident of it. */
  | 'joins'
  /** What was there is too long ago and of one request only: it begins anew with this stop. */
  | 'begins-anew'
  /** It happened long before what is there. */
  | 'apart';

/** What a stop is to the group of its fingerprint that is not closed. While an incident is open, whatever comes later belongs to it. */
export const membershipOf = (
  { status, firstAt, lastAt }: Pick<Incident, 'status' | 'firstAt' | 'lastAt'>,
  failedAt: Date,
  windowMs: number,
): Membership => {
  if (failedAt.getTime() < firstAt.getTime() - windowMs) return 'apart';
  return status === 'forming' && failedAt.getTime() > lastAt.getTime() + windowMs ? 'begins-anew' : 'joins';
};

export const earlier = (a: Date, b: Date): Date => (a <= b ? a : b);
export const later = (a: Date, b: Date): Date => (a >= b ? a : b);

/** What everybody is told when an incident opens. */
export interface IncidentOpened {
  readonly incident: Incident;
  readonly stopped: RequestStopped;
}
