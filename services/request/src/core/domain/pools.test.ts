import test from 'ava';
import { AT, later } from '../../../test/given.ts';
import { type Announcement, poolsOf } from './pools.ts';

const MINUTE = 60_000;

export const anAnnouncement = (rest: Partial<Announcement> = {}): Announcement => ({
  ...{ pool: 'dns', instance: 'dns-1', actionTypes: [], announcedAt: AT, stopping: false },
  ...rest,
});

const type = (name: string, version = '1.0.0') => ({
  ...{ type: name, version, summary: '', idempotency: 'none' as const, configSchema: {}, outputs: [] },
  ...{ secretMembers: [], canRollBack: false },
});

test('a pool is silent five minutes after the last word of its last executor, and what it can do stays known', (t) => {
  const announced = [
    anAnnouncement({ actionTypes: [type('dns-record')] }),
    anAnnouncement({ instance: 'dns-2', announcedAt: later(MINUTE) }),
  ];
  const [pool] = poolsOf(announced, ['dns'], later(6 * MINUTE));
  t.like(pool, { isSilent: false, lastSeenAt: later(MINUTE), instances: [{ instance: 'dns-2' }] });
  const [silent] = poolsOf(announced, ['dns'], later(6 * MINUTE + 1));
  t.like(silent, { isSilent: true, instances: [], actionTypes: [{ type: 'dns-record' }] });
});

test('who says that it stops does not run any more', (t) => {
  const [pool] = poolsOf([anAnnouncement({ stopping: true })], ['dns'], AT);
  t.like(pool, { isSilent: true, instances: [] });
});

test('of one type the last announcement counts', (t) => {
  const announced = [
    anAnnouncement({ instance: 'new', actionTypes: [type('a', '2.0.0')], announcedAt: later(5) }),
    anAnnouncement({ instance: 'old', actionTypes: [type('a', '1.0.0'), type('b')] }),
  ];
  t.deepEqual(
    poolsOf(announced, ['dns'], AT)[0]?.actionTypes.map(({ type: name, version }) => [name, version]),
    [
      ['a', '2.0.0'],
      ['b', '1.0.0'],
    ],
  );
});

test('a pool with a queue that nobody has announced, and one without a queue, are pools as well', (t) => {
  t.like(poolsOf([anAnnouncement()], ['default'], AT), [
    { name: 'default', isSilent: true, lastSeenAt: null, hasQueue: true },
    { name: 'dns', isSilent: false, hasQueue: false },
  ]);
});
