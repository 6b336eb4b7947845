import type { Person } from './may-decide.ts';

/**
 * `not-needed-yet`: a stage before it is still open. `withdrawn`: the request ended in another way, so nobody needs to decide any
 * more.
 */
export type ApprovalState = 'not-needed-yet' | 'waiting' | 'approved' | 'rejected' | 'expired' | 'withdrawn';

/** Who may decide: members of the teams, and the people with these e-mail addresses. */
export interface Approvers {
  readonly teams: readonly string[];
  readonly users: readonly string[];
}

/** What one person decided, with the teams they were in then. */
export interface ApprovalDecision {
  readonly by: string;
  readonly email: string;
  readonly teams: readonly string[];
  readonly decision: 'approved' | 'rejected';
  readonly at: Date;
  readonly comment: string | null;
}

/** A stage as a plan shows it: who would have to agree before anything is carried out, and why. */
export interface NeededApproval {
  /** From 1, in the order they are decided. */
  readonly stage: number;
  /** Its id in the document. */
  readonly name: string;
  readonly catalogId: string;
  /** The bundle component it belongs to; null for an item by itself, and for what the bundle itself asks. */
  readonly component: string | null;
  /** The condition that made it needed; null when it always is. */
  readonly when: string | null;
  readonly reason: string;
  readonly approvers: Approvers;
  /** How many different people must approve. */
  readonly minimum: number;
  /** Both from when it opens. */
  readonly expiresAfterMs: number;
  readonly remindAfterMs: number;
}

/** One stage of what people have to agree to before anything of a request is carried out. */
export interface Approval extends NeededApproval {
  readonly id: string;
  readonly state: ApprovalState;
  readonly openedAt: Date | null;
  readonly remindedAt: Date | null;
  readonly endedAt: Date | null;
  readonly decisions: readonly ApprovalDecision[];
}

export const expiresAt = ({ openedAt, expiresAfterMs }: Approval): Date | null =>
  openedAt && new Date(openedAt.getTime() + expiresAfterMs);

const remindsAt = ({ openedAt, remindAfterMs }: Approval): Date | null =>
  openedAt && new Date(openedAt.getTime() + remindAfterMs);

/** When time decides next: the reminder, once, and then the end. Null when it does not wait. */
export const dueAt = (approval: Approval): Date | null => {
  if (approval.state !== 'waiting') return null;
  const [reminder, end] = [remindsAt(approval), expiresAt(approval)];
  return approval.remindedAt === null && reminder && end && reminder < end ? reminder : end;
};

export const givenCount = ({ decisions }: Approval): number =>
  decisions.filter(({ decision }) => decision === 'approved').length;

const sameEmail = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/** One person, whichever way they signed in. */
export const isSamePerson = (
  a: { readonly id: string; readonly email: string },
  b: { readonly id: string; readonly email: string },
): boolean => a.id === b.id || sameEmail(a.email, b.email);

export const isApprover = ({ teams, users }: Approvers, person: Pick<Person, 'email' | 'teams'>): boolean =>
  teams.some((team) => person.teams.includes(team)) || users.some((email) => sameEmail(email, person.email));

export const hasDecided = ({ decisions }: Approval, person: Pick<Person, 'id' | 'email'>): boolean =>
  decisions.some(({ by, email }) => isSamePerson({ id: by, email }, person));

export const whoMay = ({ teams, users }: Approvers): string =>
  [...teams.map((team) => `team ${team}`), ...users].join(', ');

/** As people know it: `cost`, or `cost of database`. */
export const approvalTitle = ({ name, component }: Pick<Approval, 'name' | 'component'>): string =>
  component === null ? name : `${name} of ${component}`;
