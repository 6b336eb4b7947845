import type { Request } from './request.ts';

/** Who decides about a request. */
export interface Person {
  readonly id: string;
  readonly email: string;
  readonly teams: readonly string[];
  readonly roles: readonly string[];
}

/** They look after everybody's requests. */
const EVERYBODYS = new Set(['operator', 'admin']);

/** Whether somebody looks after everybody's requests, and sees what all use. */
export const looksAfterAll = ({ roles }: Pick<Person, 'roles'>): boolean => roles.some((role) => EVERYBODYS.has(role));

/** One's own requests, those of one's teams, and for some roles all. */
export const mayDecide = ({ requester }: Request, { id, email, teams, roles }: Person): boolean =>
  requester.id === id ||
  requester.email === email ||
  requester.teams.some((team) => teams.includes(team)) ||
  roles.some((role) => EVERYBODYS.has(role));
