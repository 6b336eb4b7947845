export type EventName =
  | 'failed'
  | 'approval-wanted'
  | 'approval-reminder'
  | 'approval-decided'
  | 'escalated'
  | 'handed-back'
  | 'completed'
  | 'aborted';

/** What is told. Nothing of it is secret, and nothing of it is markup. */
export interface Facts {
  readonly event: EventName | 'test';
  readonly request: { readonly id: string; readonly name: string };
  readonly catalog: { readonly id: string };
  readonly requestedBy: string;
  readonly occurredAt: string;
  readonly failure?: { readonly code: string; readonly message: string };
  readonly stuck?: string;
  readonly decidedBy?: string;
  readonly decision?: string;
  readonly comment?: string;
  readonly approval?: string;
  readonly expiresAt?: string;
}

/** Something that happened, and whom it asks. */
export interface Occurrence {
  readonly id: string;
  readonly tenantId: string;
  readonly occurredAt: Date;
  readonly facts: Facts & { readonly event: EventName };
  /** Teams whose concern the request is. */
  readonly teams?: readonly string[];
  /** Of an approval: who is asked. */
  readonly asked?: { readonly teams: readonly string[]; readonly users: readonly string[] };
}

export type Schedule =
  | { readonly kind: 'immediately' }
  | { readonly kind: 'hourly' }
  | { readonly kind: 'daily'; readonly at: string; readonly timeZone: string };

export interface QuietHours {
  readonly from: string;
  readonly to: string;
  /** On which they begin: 1 is Monday. */
  readonly days: readonly number[];
  readonly timeZone: string;
  readonly urgentPasses: boolean;
}

export interface Settings {
  readonly name: string;
  readonly schedule: Schedule;
  readonly quietHours: QuietHours | null;
  readonly template: string | null;
}

export type Scope = { readonly kind: 'own' | 'all' } | { readonly kind: 'team'; readonly team: string };

export interface Subscription {
  readonly id: string;
  readonly tenantId: string;
  /** E-mail address of who made it. */
  readonly owner: string;
  readonly scope: Scope;
  readonly catalogId: string | null;
  readonly requestId: string | null;
  readonly events: readonly EventName[];
  readonly channel: 'slack' | 'webhook' | 'email';
  readonly target: string;
  readonly sealed: string;
  readonly settings: Settings;
  readonly paused: { readonly reason: string; readonly since: Date } | null;
  readonly failures: number;
  readonly createdAt: Date;
}

export interface Delivery {
  readonly id: string;
  readonly subscriptionId: string;
  readonly facts: Facts;
  readonly status: 'waiting' | 'delivered' | 'failed' | 'expired';
  readonly held: boolean;
  readonly bundleId: string | null;
  readonly tries: number;
  readonly answer: string | null;
  readonly problem: string | null;
  readonly occurredAt: Date;
  readonly dueAt: Date;
  readonly expiresAt: Date;
  readonly endedAt: Date | null;
}

/** Where it goes: what is sealed. */
export type Destination =
  | { readonly kind: 'slack'; readonly url: string }
  | { readonly kind: 'webhook'; readonly url: string; readonly secrets: readonly SigningSecret[] }
  | { readonly kind: 'email'; readonly to: readonly string[] };

export interface SigningSecret {
  /** Base64. */
  readonly key: string;
  /** Milliseconds of the epoch; absent for the one that is current. */
  readonly until?: number;
}

export interface Caller {
  readonly tenantId: string;
  readonly email: string;
  readonly teams: readonly string[];
  readonly roles: readonly string[];
}

const ALL = new Set(['operator', 'admin']);

export const mayManageAll = ({ roles }: Caller): boolean => roles.some((role) => ALL.has(role));

/** Whose it may be: own ones, those of own teams, and everybody's for who runs the system. */
export const mayManage = (caller: Caller, owner: string, scope: Scope): boolean => {
  if (mayManageAll(caller)) return true;
  if (scope.kind === 'team') return caller.teams.includes(scope.team);
  return scope.kind === 'own' && owner === caller.email;
};
