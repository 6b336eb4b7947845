import test from 'ava';
import { at, newId, requestStopped, stoppedAgain } from '../../../test/given.ts';
import { closeEscalation, isOvertakenBy, isSettledBy, isSupersededBy, openEscalation } from './escalation.ts';

test('a later stop of a request supersedes an earlier one, whichever comes first', (t) => {
  const first = requestStopped({ failedAt: at(1) });
  const second = stoppedAgain(first, at(2));
  t.true(isSupersededBy(first, second));
  t.true(isOvertakenBy(first, second));
  t.false(isSupersededBy(second, first));
  t.false(isOvertakenBy(second, first));
});

test('an attempt does not supersede itself, nor one of another request', (t) => {
  const first = requestStopped({ failedAt: at(1) });
  t.false(isSupersededBy(first, { ...first, failedAt: at(2) }));
  t.false(isSupersededBy(first, requestStopped({ failedAt: at(2) })));
});

test('a request is settled by a completion that is no older than its stop', (t) => {
  const stopped = requestStopped({ failedAt: at(10) });
  const { tenantId, requestId } = stopped;
  t.true(isSettledBy(stopped, { tenantId, requestId, by: 'request-completed', at: at(10) }));
  t.false(isSettledBy(stopped, { tenantId, requestId, by: 'request-completed', at: at(9) }));
  t.false(isSettledBy(stopped, { tenantId, requestId: newId(), by: 'request-completed', at: at(20) }));
});

test('what is closed stays as it was closed', (t) => {
  const closed = closeEscalation(openEscalation(newId(), requestStopped()), 'superseded', at(20));
  t.like(closed, { status: 'closed', closedBy: 'superseded' });
  t.is(closeEscalation(closed, 'request-completed', at(30)), closed);
});
