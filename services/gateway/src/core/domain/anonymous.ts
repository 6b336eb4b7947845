import { ANONYMOUS_SUBJECT } from '@pao/contracts';
import type { Principal } from './principal.ts';

/** Whom the services see behind a call of a public operation, whatever credentials it carries: nobody. */
export const anonymous: Principal = {
  subject: ANONYMOUS_SUBJECT,
  name: 'Nobody',
  email: 'nobody@pao.invalid',
  teams: [],
  roles: [],
  tenant: 'default',
};
