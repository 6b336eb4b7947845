import type { Json } from '@pao/kernel';
import { Document, isScalar, Scalar, visit } from 'yaml';

export interface WriteOptions {
  /** Stands above the document, one `#` a line. */
  readonly comment?: string;
}

/**
 * Block-style YAML that {@link parseYaml} reads back as the same value, texts of several lines as literal blocks. What the
 * format forbids (deep nesting, `__proto__` as a key, integers that are not exact) is for the reader to refuse.
 */
export const writeYaml = (value: Json, options: WriteOptions = {}): string => {
  const document = new Document(value, { version: '1.2', schema: 'core', aliasDuplicateObjects: false });
  visit(document, { Scalar: (_, node) => quoteUnprintable(node) });
  const text = document.toString({ lineWidth: 0, indentSeq: true });
  return `${commentBlock(options.comment)}${text.replaceAll(UNPRINTABLE, escaped)}`;
};

// What may not stand in a text file as it is; within double quotes it can be written as an escape.
const UNPRINTABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g;

const quoteUnprintable = (node: unknown): void => {
  if (!isScalar(node) || typeof node.value !== 'string') return;
  // A carriage return would come back as a line feed.
  if (/\r/.test(node.value) || node.value.search(UNPRINTABLE) !== -1 || !node.value.isWellFormed()) {
    node.type = Scalar.QUOTE_DOUBLE;
  }
};

const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

// A comment quotes other people's texts: none of it may end the comment or be an unreadable character.
const commentBlock = (comment: string | undefined): string => {
  if (comment === undefined || comment === '') return '';
  const lines = comment.toWellFormed().split(/\r\n|[\r\n\u0085\u2028\u2029]/);
  return `${lines.map((line) => `# ${line.replaceAll(UNPRINTABLE, '\ufffd')}`.trimEnd()).join('\n')}\n\n`;
};
