import type { Escalation } from '../domain/escalation.ts';
import type { EscalationStore, ListPosition, ListQuery } from '../ports/escalation-store.ts';

interface EscalationPage {
  readonly escalations: readonly Escalation[];
  /** Where the next page starts; undefined when this is the last. */
  readonly next: ListPosition | undefined;
}

export type ListEscalations = (query: ListQuery) => Promise<EscalationPage>;

export const createListEscalations =
  (store: Pick<EscalationStore, 'list'>): ListEscalations =>
  async (query) => {
    const found = await store.list(query);
    const escalations = found.slice(0, query.limit);
    const last = escalations.at(-1);
    const more = found.length > query.limit && last !== undefined;
    return { escalations, next: more ? { failedAt: last.failedAt, id: last.id } : undefined };
  };
