import type { Json } from '@pao/kernel';
import { type Document, isMap, isPair, isScalar, isSeq, parseDocument, type YAMLMap } from 'yaml';
import type { Path } from '../pointer.ts';
import { writeYaml } from './write.ts';

export interface YamlEdit {
  /** Its parents exist, and the last part is a key. */
  readonly path: Path;
  readonly value: Json;
}

interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * The text with some values replaced or added, in block style. Everything else stays as its author wrote it, to the byte; only
 * a parent in flow style (`{ … }`) makes the whole text be written anew, its comments kept.
 * @param text what `parseYaml` accepts.
 */
export const editYaml = (text: string, edits: readonly YamlEdit[]): string => {
  const document = parseDocument(text, { version: '1.2', schema: 'core' });
  const splices: Splice[] = [];
  for (const { path, value } of edits) {
    const splice = spliceOf(text, document, path, value);
    if (splice === undefined) return rewrite(text, edits);
    splices.push(splice);
  }
  // From the end, so that what comes before keeps its place.
  return splices
    .toSorted((a, b) => b.start - a.start)
    .reduce((edited, { start, end, text: piece }) => edited.slice(0, start) + piece + edited.slice(end), text);
};

const spliceOf = (text: string, document: Document.Parsed, path: Path, value: Json): Splice | undefined => {
  const parent = nodeAt(document.contents, path.slice(0, -1));
  if (!isMap(parent) || parent.flow === true || parent.items.length === 0) return undefined;
  const key = String(path.at(-1));
  const column = columnOf(text, keyStart(parent, 0));
  const entry = entryText(key, value, column);
  const at = parent.items.findIndex((pair) => isScalar(pair.key) && pair.key.value === key);
  if (at === -1) {
    const end = entryEnd(text, parent, parent.items.length - 1);
    return { start: end, end, text: `${text[end - 1] === '\n' ? '' : '\n'}${' '.repeat(column)}${entry}` };
  }
  return { start: keyStart(parent, at), end: entryEnd(text, parent, at), text: entry };
};

const nodeAt = (root: unknown, path: Path): unknown => {
  let node = root;
  for (const part of path) {
    if (isSeq(node)) node = node.items[Number(part)];
    else if (isMap(node)) node = node.items.find((pair) => isScalar(pair.key) && pair.key.value === part)?.value;
    else return undefined;
  }
  return node;
};

const keyStart = (map: YAMLMap, index: number): number => {
  const pair: unknown = map.items[index];
  return isPair(pair) && isScalar(pair.key) ? (pair.key.range?.[0] ?? 0) : 0;
};

/** The end of the line on which an entry ends, with the comment that stands there. */
const entryEnd = (text: string, map: YAMLMap, index: number): number => {
  const { key, value } = map.items[index] ?? {};
  const node = (value ?? key) as { readonly range?: readonly [number, number, number] | null } | null;
  const end = node?.range?.[1] ?? 0;
  if (text[end - 1] === '\n') return end;
  const line = text.indexOf('\n', end);
  return line === -1 ? text.length : line + 1;
};

const columnOf = (text: string, offset: number): number => offset - (text.lastIndexOf('\n', offset - 1) + 1);

/** One entry of a block map, without the indentation of its first line. */
const entryText = (key: string, value: Json, column: number): string =>
  writeYaml({ [key]: value })
    .split('\n')
    .map((line, index) => (index === 0 || line === '' ? line : ' '.repeat(column) + line))
    .join('\n');

const rewrite = (text: string, edits: readonly YamlEdit[]): string => {
  const document = parseDocument(text, { version: '1.2', schema: 'core' });
  for (const { path, value } of edits) {
    document.setIn(path, document.createNode(value, { aliasDuplicateObjects: false }));
  }
  return document.toString({ lineWidth: 0 });
};
