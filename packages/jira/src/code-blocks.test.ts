import test from 'ava';
import { codeBlocksOf, plainTextOf } from './code-blocks.ts';

const doc = (...content: unknown[]) => ({ version: 1, type: 'doc', content });
const paragraph = (...content: unknown[]) => ({ type: 'paragraph', content });
const text = (value: string) => ({ type: 'text', text: value });

test('code blocks of a document are found with their language, wherever they stand', (t) => {
  const block = { type: 'codeBlock', attrs: { language: 'Outputs' }, content: [text('{"a": 1}')] };
  const quote = { type: 'panel', content: [block] };
  t.deepEqual(codeBlocksOf(doc(paragraph(text('done')), quote)), [{ language: 'outputs', text: '{"a": 1}' }]);
});

test('a fence typed as text counts as a block, in a document as in wiki markup', (t) => {
  const lines = ['```outputs', 'a: 1', '```'];
  const typed = doc(paragraph(...lines.flatMap((line) => [text(line), { type: 'hardBreak' }])));
  t.deepEqual(codeBlocksOf(typed), [{ language: 'outputs', text: 'a: 1' }]);
  t.deepEqual(codeBlocksOf(lines.join('\r\n')), [{ language: 'outputs', text: 'a: 1' }]);
});

test('wiki macros are blocks, on one line and on several', (t) => {
  t.deepEqual(codeBlocksOf('x\n{code:title=a|outputs}\na: 1\n{code}\n{noformat}b{noformat}'), [
    { language: 'outputs', text: 'a: 1' },
    { language: '', text: 'b' },
  ]);
});

test('what is no document, and one nested without end, gives nothing and costs little', (t) => {
  let deep: object = { type: 'codeBlock', content: [text('x')] };
  for (let depth = 0; depth < 10_000; depth += 1) deep = { type: 'panel', content: [deep] };
  for (const hostile of [undefined, null, 5, [], { content: 'x' }, { content: [null, 1] }, deep, '{code}open']) {
    t.deepEqual(codeBlocksOf(hostile), []);
  }
  t.is(plainTextOf('a'.repeat(1_000_000)).length, 100_000);
});
