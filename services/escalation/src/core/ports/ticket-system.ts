import type { Look } from '../domain/tickets/hand-back.ts';
import type { IssueReference, RecordSite } from '../domain/tickets/handover.ts';
import type { Outcome } from '../domain/tickets/ledger.ts';
import type { TicketOrder } from '../domain/tickets/ticket-order.ts';

/** Where tickets are: a Jira site, or a table of a ServiceNow instance. */
export interface TicketHome {
  readonly instance: string;
  readonly record?: RecordSite;
}

/** Which ticket, and where. */
export interface TicketPlace extends TicketHome {
  /** Its id or its key. */
  readonly issue: string;
}

/** One ticket is to be done before another. */
export interface TicketLink {
  readonly blocker: TicketPlace & { readonly reference: IssueReference };
  readonly blocked: TicketPlace;
  /** The name of a type of links, as a bundle says; absent: the configured one. */
  readonly type?: string;
  /** Where there are no links a comment of this name tells it. */
  readonly name: string;
}

/**
 * Where people work on tickets. Each call is made once; an outcome says what is known of its effect. What answers is hostile: it is
 * checked, limited, and never markup. An instance that is not configured refuses everything.
 */
export interface TicketSystem {
  create(order: TicketOrder): Promise<Outcome<IssueReference>>;
  /** At most two tickets with a label. The search lags behind what was created. */
  find(home: TicketHome, label: string): Promise<Outcome<readonly IssueReference[]>>;
  /** A link that is there is left as it is. */
  link(link: TicketLink): Promise<Outcome<unknown>>;
  /** @param outputs output name to the ticket's field that has it */
  look(place: TicketPlace, outputs: Readonly<Record<string, string>>): Promise<Outcome<Look | 'gone'>>;
  /** A comment of that name is made once; the name stands in it. */
  comment(place: TicketPlace, name: string, text: string): Promise<Outcome<unknown>>;
  /** Closes what is open, preferably as something that won't be done. */
  close(place: TicketPlace): Promise<Outcome<unknown>>;
}
