import type { Destination, Facts } from '../domain/notifications/subscription.ts';

export interface Message {
  /** The same at each try. */
  readonly id: string;
  readonly facts: readonly [Facts, ...Facts[]];
  readonly template: string | null;
}

/** `later`: not taken, or nobody knows. `refused`: trying again won't help. */
export type Told =
  | { readonly kind: 'ok'; readonly answer: string }
  | {
      readonly kind: 'later' | 'refused';
      readonly answer: string;
      readonly problem: string;
      readonly retryAfterMs?: number;
    };

/** Sends one message once. Never throws; no answer names a secret. */
export type Send = (destination: Destination, message: Message) => Promise<Told>;
