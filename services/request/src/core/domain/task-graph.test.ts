import test from 'ava';
import { aRequest, aTask } from '../../../test/given.ts';
import { edgesOf, mermaidOf } from './task-graph.ts';

test('an arrow leads to each task from those it waits for', (t) => {
  const request = aRequest([
    aTask({ position: 1, status: 'completed' }),
    aTask({ position: 2, component: 'cache', generation: 2 }),
    aTask({ position: 3, dependsOn: [1, 2] }),
  ]);
  t.deepEqual(
    edgesOf(request.tasks).map(({ from, to }) => [from.position, to.position]),
    [
      [1, 3],
      [2, 3],
    ],
  );
  t.is(
    mermaidOf(request).split('  classDef')[0],
    `flowchart TD
  t1["1. Create it<br/>completed"]:::completed
  t2["2. cache: Create it<br/>pending, attempt 2"]:::pending
  t3["3. Create it<br/>pending"]:::pending
  t1 --> t3
  t2 --> t3
`,
  );
});

test('nothing in a name is read as Mermaid or HTML', (t) => {
  const text = mermaidOf(aRequest([aTask({ name: 'x"]; click t1 "javascript:1"\n<script>&%%{}`#quot;' })]));
  const box = text.split('\n')[1] ?? '';
  t.regex(box, /^ {2}t1\["1\. x[^"<>&`%{}\]]*<br\/>pending"\]:::pending$/);
  t.true(mermaidOf(aRequest([aTask({ name: 'Größe 表' })])).includes('Größe 表'));
});
