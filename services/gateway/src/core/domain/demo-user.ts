import type { Principal } from './principal.ts';

/** Whom calls without credentials act as on a machine that only serves itself. May do everything a newcomer tries. */
export const demoUser: Principal = Object.freeze({
  subject: 'user:dev@example.test',
  name: 'Demo developer',
  email: 'dev@example.test',
  teams: ['payments'],
  roles: ['developer', 'platform-team', 'operator', 'auditor'],
  tenant: 'default',
});
