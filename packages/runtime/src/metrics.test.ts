import test from 'ava';
import { createMetrics } from './index.ts';

test('counters, gauges and histograms are rendered in the text form of Prometheus', async (t) => {
  const metrics = createMetrics();
  const tasks = metrics.counter('tasks_total', 'Tasks by outcome.');
  tasks.increment({ outcome: 'completed' });
  tasks.increment({ outcome: 'completed' }, 2);
  tasks.increment({ outcome: 'failed' });
  metrics.gauge('queue_depth', 'Messages waiting.', async () => [{ labels: {}, value: 7 }]);
  const seconds = metrics.histogram('call_seconds', 'Duration.', [0.1, 1]);
  for (const value of [0.1, 0.5, 5]) seconds.observe({ route: 'a' }, value);
  t.is(
    await metrics.render(),
    `# HELP tasks_total Tasks by outcome.
# TYPE tasks_total counter
tasks_total{outcome="completed"} 3
tasks_total{outcome="failed"} 1
# HELP queue_depth Messages waiting.
# TYPE queue_depth gauge
queue_depth 7
# HELP call_seconds Duration.
# TYPE call_seconds histogram
call_seconds_bucket{route="a",le="0.1"} 1
call_seconds_bucket{route="a",le="1"} 2
call_seconds_bucket{route="a",le="+Inf"} 3
call_seconds_sum{route="a"} 5.6
call_seconds_count{route="a"} 3
`,
  );
});

test('label values are escaped', async (t) => {
  const metrics = createMetrics();
  metrics.counter('c', 'C.').increment({ name: 'a"b\\c\nd' });
  t.true((await metrics.render()).includes('c{name="a\\"b\\\\c\\nd"} 1'));
});

test('label values that only differ in where they end are different cells', async (t) => {
  const metrics = createMetrics();
  const counter = metrics.counter('c', 'C.');
  counter.increment({ a: 'x', b: 'yz' });
  counter.increment({ a: 'xy', b: 'z' });
  t.is((await metrics.render()).match(/ 1$/gm)?.length, 2);
});

test('a name can be used once', (t) => {
  const metrics = createMetrics();
  metrics.counter('c', 'C.');
  t.throws(() => metrics.counter('c', 'C.'));
});

test('a gauge that fails leaves the other metrics readable', async (t) => {
  const metrics = createMetrics();
  metrics.counter('c', 'C.').increment();
  metrics.gauge('g', 'G.', () => Promise.reject(new Error('database away')));
  const text = await metrics.render();
  t.true(text.includes('c 1'));
  t.false(text.includes('\ng '));
});
