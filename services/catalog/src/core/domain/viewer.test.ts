import test from 'ava';
import { maySee } from './viewer.ts';

const restricted = { visibleTeams: ['payments'], owner: { team: 'platform-databases' } };

for (const [who, teams, roles, sees] of [
  ['a member of a named team', ['growth', 'payments'], ['developer'], true],
  ['the team that owns it', ['platform-databases'], ['platform-team'], true],
  ['an operator', [], ['operator'], true],
  ['an auditor', [], ['auditor'], true],
  ['another team', ['growth'], ['developer', 'platform-team', 'approver'], false],
  ['nobody', [], [], false],
] as const) {
  test(`${who} ${sees ? 'sees' : 'does not see'} a document for one team`, (t) => {
    t.is(maySee(restricted, { teams, roles }), sees);
  });
}

test('everybody sees a document without restriction', (t) => {
  t.true(maySee({ visibleTeams: null, owner: null }, { teams: [], roles: [] }));
});
