// @boundaries-ignore the code under test
import type { Person } from '../../../services/request/src/core/domain/may-decide.ts';

/** The people of a run: two who ask for things, of one team, and an operator. They use the same keys, each once. */
export const PEOPLE: readonly Person[] = [
  { id: 'user:ada', email: 'ada@example.test', teams: ['payments'], roles: ['developer'] },
  { id: 'user:bob', email: 'bob@example.test', teams: ['payments'], roles: ['developer'] },
  { id: 'user:olga', email: 'olga@example.test', teams: [], roles: ['operator'] },
];

export const OPERATOR = PEOPLE.find(({ roles }) => roles.includes('operator')) as Person;

/** Of a call that somebody makes. */
export const context = (person: Person) => ({
  correlationId: `correlation-${person.id}`,
  traceId: undefined,
  traceparent: undefined,
});
