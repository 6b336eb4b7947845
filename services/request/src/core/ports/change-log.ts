import type { Change } from '../domain/audit.ts';
import type { Request } from '../domain/request.ts';

/** A change with what is needed to say whose it is. */
export interface LoggedChange extends Change {
  readonly requestId: string;
  /** Names the transaction that wrote it: a whole number, in text. */
  readonly writtenBy: string;
  readonly tenantId: string;
  readonly name: string;
  readonly kind: Request['kind'];
  readonly catalogId: string;
  readonly requestedBy: string;
  readonly requesterId: string;
  readonly teams: readonly string[];
}

/** What was committed at some moment, and what was not, as the store tells it; opaque, and as exact as the store itself. */
export type Moment = string;

export type ChangePlace = Pick<LoggedChange, 'writtenBy' | 'requestId' | 'sequence'>;

/** Whose changes. */
export interface ChangeSelection {
  readonly tenantId: string;
  /** Asked for by this person. */
  readonly person?: { readonly id: string; readonly email: string };
  readonly team?: string;
}

export interface ChangeQuery {
  /** Only what was not committed then. */
  readonly since: Moment;
  /** Only what was committed then; without it what is committed now. */
  readonly until?: Moment;
  /** Only what stands after a place between the two moments. */
  readonly after?: ChangePlace;
  readonly selection?: ChangeSelection;
  readonly limit: number;
}

/**
 * The changes of all requests in an order that no late commit upsets: what lies between two moments is the same whenever it is read,
 * and nothing lies outside of all of them.
 */
export interface ChangeLog {
  now(): Promise<Moment>;
  /** In the order of places. */
  read(query: ChangeQuery): Promise<{ readonly until: Moment; readonly changes: readonly LoggedChange[] }>;
}
