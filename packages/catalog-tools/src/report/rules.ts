import { type Severity, VALIDATION_CODES } from '@pao/documents';
import type { ReportingDescriptor } from 'sarif';
import { visible } from './visible.ts';

interface Rule {
  readonly severity: Severity;
  readonly summary: string;
  readonly bad?: string;
  readonly good?: string;
}

/** What keeps a file from being read: said by whoever reads, not by the validator. */
const READING: { readonly [code: string]: Rule } = {
  FILE_UNREADABLE: { severity: 'error', summary: 'The file or folder cannot be read.' },
  FILE_OUTSIDE: { severity: 'error', summary: 'A link leads out of the catalog and is not followed.' },
  FILE_NOT_REGULAR: { severity: 'error', summary: 'What has the name of a document is not a regular file.' },
  FILE_NOT_UTF8: { severity: 'error', summary: 'The file is not valid UTF-8.' },
};

/** What can be said only of a document and the one it was before. */
const COMPARING: { readonly [code: string]: Rule } = {
  VERSION_NOT_RAISED: {
    severity: 'warning',
    summary:
      'A document changed by more than its version number tells. An input that is refused now needs a new major.',
  },
};

const known: { readonly [code: string]: Rule } = { ...READING, ...COMPARING, ...VALIDATION_CODES };

/** All codes, and those of `codes` that are nowhere described. */
export const rulesFor = (codes: Iterable<string>): readonly ReportingDescriptor[] =>
  [...new Set([...Object.keys(known), ...codes])].map((code) => descriptor(code, known[code]));

const descriptor = (code: string, rule: Rule | undefined): ReportingDescriptor => {
  const { severity, summary, bad, good } = rule ?? { severity: 'error', summary: code };
  return {
    id: code,
    name: pascal(code),
    shortDescription: { text: firstSentence(summary) },
    fullDescription: { text: summary },
    help: { text: help(summary, bad, good, plain), markdown: help(summary, bad, good, fenced) },
    defaultConfiguration: { level: severity },
    properties: { tags: ['catalog'], precision: 'very-high', 'problem.severity': severity },
  };
};

const pascal = (code: string): string =>
  code
    .split('_')
    .map((word) => `${word.charAt(0)}${word.slice(1).toLowerCase()}`)
    .join('');

const firstSentence = (text: string): string => /^.+?[.](?= |$)/s.exec(text)?.[0] ?? text;

type Quote = (title: string, example: string) => string;

const help = (summary: string, bad: string | undefined, good: string | undefined, quote: Quote): string =>
  [
    summary,
    ...(bad === undefined ? [] : [quote('Wrong', bad)]),
    ...(good === undefined ? [] : [quote('Right', good)]),
  ].join('\n\n');

// Some examples are wrong by their size.
const MAX_EXAMPLE = 600;
const excerpt = (example: string): string => {
  const lines = example.trimEnd().split('\n').map(visible).join('\n');
  return lines.length > MAX_EXAMPLE ? `${lines.slice(0, MAX_EXAMPLE)}…` : lines;
};

const plain: Quote = (title, example) => `${title}:\n\n${excerpt(example)}`;
const fenced: Quote = (title, example) => `**${title}**\n\n~~~~yaml\n${excerpt(example)}\n~~~~`;
