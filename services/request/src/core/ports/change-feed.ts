import type { Change } from '../domain/audit.ts';

/** `changes` are what was just committed by this process; without them somebody else did something. */
export type ChangeListener = (changes: readonly Change[]) => void;

/** Says when there is something new about a request, whichever process did it; at once when it was this one. */
export interface ChangeFeed {
  /** @param known the last sequence the listener knows of. Returns how to end the subscription. */
  subscribe(requestId: string, known: number, listener: ChangeListener): () => void;
}
