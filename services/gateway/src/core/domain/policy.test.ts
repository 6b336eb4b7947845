import { type Operation, operations } from '@pao/contracts';
import test from 'ava';
import { isPermitted, roles } from './policy.ts';

const guarded = Object.values<Operation>(operations).filter((operation) => !operation.public);

test('every operation that is not public is permitted to some role, and all of them to the admin', (t) => {
  for (const { id } of guarded) {
    t.true(
      roles.some((role) => role !== 'admin' && isPermitted([role], id)),
      `${id} has no policy`,
    );
    t.true(isPermitted(['admin'], id), id);
  }
});

test('whoever may change something may also read it', (t) => {
  for (const role of roles) t.true(isPermitted([role], 'listCatalog') && isPermitted([role], 'getRequest'), role);
});

test('who only looks may change nothing', (t) => {
  const changes = guarded.filter(({ method }) => method !== 'GET');
  t.true(changes.length > 0);
  for (const { id } of changes) {
    for (const role of ['viewer', 'auditor']) t.false(isPermitted([role], id), `${role} ${id}`);
  }
});

test('who only approves may change nothing beside that, and be told of it', (t) => {
  const told = (tag: string): boolean => tag === 'notifications';
  const changes = guarded.filter(({ method, tag }) => method !== 'GET' && !told(tag)).map(({ id }) => id);
  t.deepEqual(
    changes.filter((id) => isPermitted(['approver'], id)),
    ['giveApproval', 'rejectApproval', 'decideTask'],
  );
});

test('no role is needed for a public operation, and none has it', (t) => {
  for (const { id } of Object.values<Operation>(operations).filter((operation) => operation.public)) {
    for (const role of roles) t.false(isPermitted([role], id), `${role} ${id}`);
  }
});

test('what is not listed is refused: operations, roles and callers without a role', (t) => {
  t.false(isPermitted(['admin'], 'dropDatabase'));
  t.false(isPermitted(['root', '', 'Admin', '__proto__', 'constructor'], 'listCatalog'));
  t.false(isPermitted([], 'listCatalog'));
});

test('the roles of a caller add up', (t) => {
  t.true(isPermitted(['viewer', 'platform-team'], 'refreshCatalog'));
});
