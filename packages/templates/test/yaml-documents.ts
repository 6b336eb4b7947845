import type { Json } from '@pao/kernel';
import fc from 'fast-check';
import { anyJson, hostileUnicode, scalar } from './arbitraries.ts';
import { asText, type Built, concatBuilt, SLOT } from './slots.ts';

const value = anyJson(hostileUnicode);

/** A value by itself keeps its type; left empty it is an empty text. */
const bareOf = (json: Json): Built => ({ source: SLOT, expected: json ?? '', values: [json] });
const bare = value.map(bareOf);

const slotText = value.map((json): Built<string> => ({ source: SLOT, expected: asText(json), values: [json] }));
const fixed = (...texts: string[]) =>
  fc.constantFrom(...texts).map((source): Built<string> => ({ source, expected: source, values: [] }));

const mixed = fc
  .tuple(
    fixed('db-', 'a', 'x:y', 'n.o_p', 'two words ', 'http://h/'),
    slotText,
    fixed('', '.internal', '-z', ' end', ':8080', '/p q'),
  )
  .map(concatBuilt);

const between = fixed('', 'x', ' ', ': ', ' #', '- ', '{', '}', '[', 'é', '${', ',').map((part) =>
  part.source.endsWith('{') ? { ...part, source: `${part.source} `, expected: `${part.expected} ` } : part,
);

const inQuotes = fc.array(fc.tuple(between, slotText).map(concatBuilt), { maxLength: 3 }).map(concatBuilt);

const doubleQuoted = inQuotes.map((inner) => ({ ...inner, source: `"${inner.source}"` }));

const singleQuoted = fc
  .tuple(fixed("it''s ", '', '"a\\'), inQuotes)
  .map(concatBuilt)
  .map((inner) => ({ ...inner, source: `'${inner.source}'`, expected: inner.expected.replace("it''s", "it's") }));

const flow: fc.Arbitrary<Built> = fc.letrec<{ node: Built }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 2 },
    bare,
    doubleQuoted,
    singleQuoted,
    mixed.filter((built) => !built.source.includes(':')),
    fc.array(tie('node'), { maxLength: 3 }).map((entries) => ({
      source: `[${entries.map((entry) => entry.source).join(', ')}]`,
      expected: entries.map((entry) => entry.expected),
      values: entries.flatMap((entry) => entry.values),
    })),
    fc.array(fc.tuple(fc.oneof(doubleQuoted, keyOf()), tie('node')), { maxLength: 3 }).map((entries) => ({
      source: `{ ${entries.map(([key, entry]) => `${key.source}: ${entry.source}`).join(', ')}}`,
      expected: Object.fromEntries(entries.map(([key, entry]) => [key.expected, entry.expected])),
      values: entries.flatMap(([key, entry]) => [...key.values, ...entry.values]),
    })),
  ),
})).node;

function keyOf(): fc.Arbitrary<Built<string>> {
  const bareKey = scalar(hostileUnicode).map(
    (json): Built<string> => ({ source: SLOT, expected: String(json), values: [json] }),
  );
  const mixedKey = fc.tuple(fixed('k', 'a-b'), slotText, fixed('', '_z')).map(concatBuilt);
  return fc.oneof(bareKey, mixedKey);
}

// What a block scalar can't hold is refused; that is tested by itself.
const NOT_IN_A_BLOCK = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028\u2029\ufeff]/g;

const blockText = hostileUnicode.map((text): Built<string> => {
  const value = text.replace(NOT_IN_A_BLOCK, '');
  return { source: SLOT, expected: value.replace(/\r\n?/g, '\n'), values: [value] };
});

/** Lines of one node in block style, without the indentation of what they stand under. */
interface BuiltLines extends Built {
  readonly lines: readonly string[];
}

const blockLine = (...starts: string[]) => fc.tuple(fixed(...starts), blockText, fixed('', ' end')).map(concatBuilt);

/** Lines under a key or dash, given without its indentation; the first line says how deep they are. */
const literalBlock = fc
  .tuple(
    fc.constantFrom('|', '|-', '|+'),
    blockLine('', 'echo '),
    fc.array(blockLine('', 'echo ', '  x'), { maxLength: 2 }),
    // What YAML cuts off at the end of a block is its own affair, so the end is no value.
    fixed('the end'),
  )
  .map(([header, first, rest, last]): BuiltLines => {
    const lines = [first, ...rest, last];
    const content = lines.map((line) => line.expected).join('\n');
    return {
      source: header,
      lines: lines.map((line) => line.source),
      expected: header === '|-' ? content : `${content}\n`,
      values: lines.flatMap((line) => line.values),
    };
  });

const inline = fc.oneof(bare, mixed, doubleQuoted, singleQuoted, flow);

const comment = fc.option(value, { freq: 4, nil: undefined });

const entry = (
  key: Built<string>,
  node: BuiltLines,
  isDash: boolean,
): { lines: readonly string[]; values: readonly Json[] } => {
  const mark = isDash ? '-' : `${key.source}:`;
  const [first, ...rest] = node.lines;
  const lines =
    node.source === 'inline'
      ? [`${mark} ${first}`, ...rest]
      : [node.source === 'block' ? mark : `${mark} ${node.source}`, ...node.lines.map((line) => `  ${line}`)];
  return { lines, values: [...(isDash ? [] : key.values), ...node.values] };
};

const inlineNode = fc.tuple(inline, comment).map(
  ([built, note]): BuiltLines => ({
    ...built,
    lines: [note === undefined ? built.source : `${built.source} # note ${SLOT} end`],
    values: note === undefined ? built.values : [...built.values, note],
    source: 'inline',
  }),
);

/** A document in block style: mappings and sequences, with scalars of every style as leaves. */
export const yamlDocument: fc.Arbitrary<BuiltLines> = fc
  .letrec<{ node: BuiltLines }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 3 },
      { weight: 2, arbitrary: inlineNode },
      { weight: 1, arbitrary: literalBlock },
      { weight: 2, arbitrary: fc.array(fc.tuple(keyOf(), tie('node')), { minLength: 1, maxLength: 3 }).map(mappingOf) },
      { weight: 2, arbitrary: fc.array(tie('node'), { minLength: 1, maxLength: 3 }).map(sequenceOf) },
    ),
  }))
  .node.filter((node) => node.source === 'block');

function mappingOf(entries: readonly (readonly [Built<string>, BuiltLines])[]): BuiltLines {
  const built = entries.map(([key, node]) => entry(key, node, false));
  return {
    source: 'block',
    lines: built.flatMap(({ lines }) => lines),
    values: built.flatMap(({ values }) => values),
    expected: Object.fromEntries(entries.map(([key, node]) => [key.expected, node.expected])),
  };
}

function sequenceOf(nodes: readonly BuiltLines[]): BuiltLines {
  const nothing: Built<string> = { source: '', expected: '', values: [] };
  const built = nodes.map((node) => entry(nothing, node, true));
  return {
    source: 'block',
    lines: built.flatMap(({ lines }) => lines),
    values: built.flatMap(({ values }) => values),
    expected: nodes.map((node) => node.expected),
  };
}
