import { isAlias, isMap, isPair, isScalar, isSeq, type LineCounter } from 'yaml';
import type { Path } from '../pointer.ts';
import type { YamlSource } from './read.ts';

export interface Span {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

export interface Place {
  readonly path: Path;
  /** The key instead of the value it leads to. */
  readonly key?: boolean | undefined;
  /** A piece of the value's text as it stands in the file, such as one `{{…}}`; ignored when it does not occur. */
  readonly within?: string;
}

/** Where a value stands. A path that leads nowhere yields its nearest ancestor: the place where something is missing. */
export const locate = (source: YamlSource, text: string, place: Place): Span => {
  const [start, end] = findRange(source, place);
  if (place.within !== undefined) {
    const at = text.slice(start, end).indexOf(place.within);
    if (at !== -1) return spanOf(source.lines, start + at, start + at + place.within.length);
  }
  return spanOf(source.lines, start, end);
};

export const spanOf = (lines: LineCounter, start: number, end: number): Span => {
  const from = lines.linePos(start);
  const to = lines.linePos(Math.max(start, end));
  return { line: Math.max(1, from.line), column: Math.max(1, from.col), endLine: to.line, endColumn: to.col };
};

type Range = readonly [start: number, end: number];

const findRange = (source: YamlSource, place: Place): Range => {
  let node: unknown = source.root;
  let key: unknown;
  for (const [depth, part] of place.path.entries()) {
    const child = childOf(resolve(node, source), part);
    if (child === undefined) return keyRange(key) ?? rangeOf(node) ?? [0, 1];
    key = child.key;
    node = child.value;
    if (place.key === true && depth === place.path.length - 1) return keyRange(key) ?? rangeOf(node) ?? [0, 1];
  }
  return rangeOf(node) ?? keyRange(key) ?? [0, 1];
};

const resolve = (node: unknown, source: YamlSource): unknown => (isAlias(node) ? node.resolve(source.document) : node);

const childOf = (node: unknown, part: string | number): { key: unknown; value: unknown } | undefined => {
  if (isSeq(node)) {
    const value: unknown = node.items[Number(part)];
    return value === undefined ? undefined : { key: undefined, value };
  }
  if (!isMap(node)) return undefined;
  const pair = node.items.find((item) => isPair(item) && isScalar(item.key) && item.key.value === String(part));
  return pair === undefined ? undefined : { key: pair.key, value: pair.value };
};

const keyRange = (key: unknown): Range | undefined => (key === undefined ? undefined : rangeOf(key));

const rangeOf = (node: unknown): Range | undefined => {
  const range = (node as { readonly range?: readonly [number, number, number] | null } | null | undefined)?.range;
  return range === undefined || range === null ? undefined : [range[0], range[1]];
};
