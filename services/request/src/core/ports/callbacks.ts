import type { Request, Task } from '../domain/request.ts';

/** One generation of one task, as a callback's address names it. */
export interface CalledBack {
  readonly requestId: string;
  readonly position: number;
  readonly generation: number;
}

/** Addresses at which targets say that something is done. Whoever has one needs no other proof, so none is logged. */
export interface Callbacks {
  urlOf(request: Pick<Request, 'id'>, task: Pick<Task, 'position' | 'generation'>): string;
  /** Undefined for a token that was not made here. */
  read(token: string): CalledBack | undefined;
}
