import type { TicketHome, TicketLink, TicketSystem } from '../../core/ports/ticket-system.ts';

export interface TicketSystems {
  readonly jira: TicketSystem;
  readonly servicenow: TicketSystem;
}

const isSameSite = ({ blocker, blocked }: TicketLink): boolean =>
  (blocker.record === undefined) === (blocked.record === undefined) && blocker.instance === blocked.instance;

/** Every ticket where it belongs: records in ServiceNow, all others in Jira. */
export const createTicketSystems = ({ jira, servicenow }: TicketSystems): TicketSystem => {
  const at = ({ record }: { readonly record?: TicketHome['record'] | undefined }): TicketSystem =>
    record === undefined ? jira : servicenow;
  return {
    create: (order) => at(order).create(order),
    find: (home, label) => at(home).find(home, label),
    link: (link) => {
      const { blocker, blocked, name } = link;
      if (isSameSite(link)) return at(blocked).link(link);
      // No link joins two sites, so the one that waits says for what.
      const { key, url } = blocker.reference;
      return at(blocked).comment(blocked, name, `Is blocked by ${key}: ${url}`);
    },
    look: (place, outputs) => at(place).look(place, outputs),
    comment: (place, name, text) => at(place).comment(place, name, text),
    close: (place) => at(place).close(place),
  };
};
