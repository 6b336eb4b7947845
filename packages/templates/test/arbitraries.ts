import type { Json } from '@pao/kernel';
import fc from 'fast-check';

/** What means something in at least one of the formats that values are written into. */
const TOKENS: readonly string[] = [
  ...['"', "'", '\\', '`', '\\"', "''", '""', '\\\\', '\\u0022', '\\u', '\\x'],
  ...[
    '\n',
    '\r',
    '\r\n',
    '\n\n',
    '\t',
    ' ',
    '  ',
    '\u0000',
    '\u0007',
    '\u007f',
    '\u0085',
    '\u00a0',
    '\u2028',
    '\u2029',
    '\ufeff',
    '\u200b',
  ],
  ...[
    '{',
    '}',
    '[',
    ']',
    '(',
    ')',
    '<',
    '>',
    '{{',
    '}}',
    '{{.current.other}}',
    '{{{',
    '${',
    '%{',
    '$',
    '%',
    '$${',
    '#{',
    '${file("/etc/passwd")}',
  ],
  ...[
    ':',
    ': ',
    ' #',
    '#',
    '- ',
    '-',
    '? ',
    '|',
    '>',
    '|-',
    '&a',
    '*a',
    '!!str',
    '!',
    '@',
    '%YAML',
    '---',
    '...',
    '\n---\n',
    '\n  evil: 1\n',
    '\nevil: 1',
    ', ',
    ',',
  ],
  ...[
    'true',
    'no',
    'null',
    '~',
    '<<',
    '=',
    '0',
    '012',
    '0x1f',
    '1e3',
    '1_000',
    '.5',
    '.inf',
    '2001-01-01',
    '12:30',
    'NaN',
  ],
  ...[
    '/',
    '//',
    '..',
    '.',
    '../',
    './',
    '%2e%2e',
    '%2F',
    '?',
    '&',
    '=',
    '+',
    ';',
    '@',
    'http://',
    'https://evil.example/',
    'javascript:',
    '~',
    '.git',
    '.lock',
    '@{',
  ],
  ...[
    '{code}',
    '{noformat}',
    '{quote}',
    'h1. ',
    'bq. ',
    '* ',
    '# ',
    '*bold*',
    '_it_',
    '[a|http://e.example]',
    '[~admin]',
    '!img!',
    '||',
    '----',
    '&#42;',
    '&amp;',
    ':)',
    '(/)',
  ],
  ...['EOT', '\nEOT\n', 'EOF', '<<EOT\n', '/*', '*/', '\u{1f600}', 'é', 'ß', '漢', '\ud800', '\udc00'],
];

const word = fc.stringMatching(/^[a-z][a-z0-9-]{0,11}$/);

/** Text made to break out of wherever it is put. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .array(fc.oneof(fc.constantFrom(...TOKENS), word), { minLength: 0, maxLength: 6 })
      .map((parts) => parts.join('')),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 12 }) },
  { weight: 1, arbitrary: word },
);

/** As above, without lone surrogates: they have no form in UTF-8, so formats can't carry them. */
export const hostileUnicode: fc.Arbitrary<string> = hostileText.map((text) => text.toWellFormed());

export const scalar = (text: fc.Arbitrary<string>): fc.Arbitrary<string | number | boolean> =>
  fc.oneof(
    { weight: 4, arbitrary: text },
    { weight: 1, arbitrary: fc.integer() },
    {
      weight: 1,
      arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (Object.is(value, -0) ? 0 : value)),
    },
    { weight: 1, arbitrary: fc.boolean() },
  );

/** Any JSON whose texts and keys are of this kind; `__proto__` is no key that JSON texts keep apart. */
export const anyJson = (text: fc.Arbitrary<string>): fc.Arbitrary<Json> =>
  fc.letrec<{ value: Json }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      { weight: 3, arbitrary: scalar(text) },
      { weight: 1, arbitrary: fc.constant(null) },
      { weight: 1, arbitrary: fc.array(tie('value'), { maxLength: 3 }) },
      {
        weight: 1,
        arbitrary: fc.dictionary(
          text.filter((key) => key !== '__proto__'),
          tie('value'),
          { maxKeys: 3, noNullPrototype: true },
        ),
      },
    ),
  })).value;
