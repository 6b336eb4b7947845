import test from 'ava';
import { outgoing } from '../../test/messages.ts';
import { BlockedLanes } from './blocked-lanes.ts';

const failing = (groupId: string, retryable: boolean) => {
  const message = outgoing({ groupId });
  const report = { accepted: [], failures: [{ id: message.id, message: 'no', retryable }] };
  return { message, report };
};

test('a lane that fails is left alone for longer each time, and is free again after a success', (t) => {
  const lanes = new BlockedLanes();
  const { message, report } = failing('a', true);
  t.is(lanes.nextDueIn(0), Number.POSITIVE_INFINITY);
  lanes.learn([message], report, 0);
  t.deepEqual(lanes.current(50), [{ destination: message.destination, groupId: 'a' }]);
  t.deepEqual(lanes.current(200), []);
  for (let failures = 0; failures < 10; failures += 1) lanes.learn([message], report, 0);
  t.is(lanes.current(2_400).length, 1);
  t.is(lanes.current(5_000).length, 0);
  lanes.learn([message], { accepted: [message.id], failures: [] }, 5_000);
  t.is(lanes.nextDueIn(5_000), Number.POSITIVE_INFINITY);
});

test('a lane whose message is refused for good is asked again only now and then', (t) => {
  const lanes = new BlockedLanes();
  const { message, report } = failing('a', false);
  lanes.learn([message], report, 0);
  t.true(lanes.nextDueIn(0) >= 5_000);
});

test('the same group of another destination is another lane', (t) => {
  const lanes = new BlockedLanes();
  const { message, report } = failing('a', true);
  const elsewhere = outgoing({ groupId: 'a', destination: 'topic:task-events' });
  lanes.learn([message, elsewhere], { ...report, accepted: [elsewhere.id] }, 0);
  t.deepEqual(
    lanes.current(1).map(({ destination }) => destination),
    [message.destination],
  );
});

test('a destination that is not there is one lane, however many groups wait for it, and free after a success', (t) => {
  const lanes = new BlockedLanes();
  for (let index = 0; index < 600; index += 1) {
    const { message, report } = failing(`g${index}`, false);
    const failures = report.failures.map((failure) => ({ ...failure, noDestination: true as const }));
    lanes.learn([message], { accepted: [], failures }, 0);
  }
  const { message } = failing('one more', false);
  t.false(lanes.isFull(1));
  t.deepEqual(lanes.current(1), [{ destination: message.destination, groupId: '*' }]);
  lanes.learn([message], { accepted: [message.id], failures: [] }, 2);
  t.deepEqual(lanes.current(3), []);
});

test('with very many lanes blocked it is full, until they are due', (t) => {
  const lanes = new BlockedLanes();
  for (let index = 0; index < 500; index += 1) {
    t.false(lanes.isFull(1));
    const { message, report } = failing(`g${index}`, true);
    lanes.learn([message], report, 0);
  }
  t.true(lanes.isFull(1));
  t.false(lanes.isFull(1_000));
});
