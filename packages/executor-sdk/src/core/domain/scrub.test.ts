import { createScrub } from '@pao/kernel';
import test from 'ava';
import { scrubVerdict } from './scrub.ts';

test('nothing of a verdict keeps a secret: result, outputs, evidence, name and message', (t) => {
  const scrub = createScrub(['hidden']);
  const parts = { result: { a: 'hidden' }, offered: { b: ['hidden'] }, evidence: { c: 'hidden' } };
  const verdicts = [
    scrubVerdict({ kind: 'ok', ...parts, externalRef: 'X-hidden' }, scrub),
    scrubVerdict(
      { kind: 'not-executed', retryAfterMs: 5, failure: { code: 'X', message: 'hidden', evidence: { a: 'hidden' } } },
      scrub,
    ),
  ];
  t.false(JSON.stringify(verdicts).includes('hidden'));
  t.like(verdicts[1], { kind: 'not-executed', retryAfterMs: 5 });
});
