import test from 'ava';
import { aRecording, aRequest, aTask, commandOf, okValue, sha256 } from '../../../test/given.ts';
import { advance, begin, brokenLink } from './audit.ts';
import { decide } from './decide.ts';

test('the end of a queued task says that it has started, too', (t) => {
  const request = aRequest([aTask({ status: 'queued' })]);
  const { changes, request: after } = advance(
    begin(request),
    okValue(decide(request, commandOf('complete', request.tasks[0], 1))),
    aRecording,
  );
  t.is(after.status, 'completed');
  t.deepEqual(
    changes.map(({ change, from, to }) => [change, from, to]),
    [
      ['task-started', 'queued', 'processing'],
      ['request-processing', 'submitted', 'processing'],
      ['task-completed', 'processing', 'completed'],
      ['request-completed', 'processing', 'completed'],
    ],
  );
});

test('the audit is a chain: an altered, missing or exchanged row is found', (t) => {
  const request = aRequest([aTask({ status: 'queued' })]);
  const { changes, request: after } = advance(
    begin(request),
    okValue(decide(request, commandOf('complete', request.tasks[0], 1))),
    aRecording,
  );
  t.is(after.audit.sequence, 4);
  t.is(changes.at(-1)?.hash, after.audit.hash);
  t.is(brokenLink(request.id, changes, sha256), undefined);
  for (const [index, row] of changes.entries()) {
    t.is(brokenLink(request.id, changes.with(index, { ...row, actor: 'somebody else' }), sha256), index + 1);
  }
  t.is(brokenLink(request.id, changes.toSpliced(1, 1), sha256), 2);
  const [first, second, ...rest] = changes;
  t.is(
    brokenLink(
      request.id,
      [second, first, ...rest].filter((row) => row !== undefined),
      sha256,
    ),
    1,
  );
  t.is(brokenLink('another request', changes, sha256), 1);
});
