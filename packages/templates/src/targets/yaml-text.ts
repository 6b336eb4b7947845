import type { TextNode } from '../syntax.ts';
import { closePlain, closeSingle, flush, openFrame, openPlain, type Reading, topFrame } from './yaml-reading.ts';
import { type Block, beginLine, beginNode, type Mode } from './yaml-state.ts';

/** One character of one text node; `next` is the one after it, a line break at the very end, NUL where a tag follows. */
interface Spot {
  readonly text: string;
  readonly at: number;
  readonly offset: number;
  readonly next: string;
}

const BLOCK_HEADER = /[|>](?:([1-9])[+-]?|[+-]([1-9])?)?[ \t]*(?:#[^\n]*)?\r?\n/y;
const DOCUMENT_MARK = /(?:---|\.\.\.)(?=\s|$)/y;

/** Reads the text between two tags; `isLast` when nothing follows it. */
export const readText = (reading: Reading, node: TextNode, isLast: boolean): void => {
  const { text } = node;
  for (let at = 0; at < text.length; ) {
    at = skipOrdinary(reading, text, at);
    if (at === text.length) return;
    const next = text[at + 1] ?? (isLast ? '\n' : '\0');
    const length = readAt(reading, { text, at, offset: node.offset + at, next });
    if (length > 0) reading.text += text.slice(at, at + length);
    at += Math.abs(length);
    reading.state.column = text[at - 1] === '\n' ? 0 : reading.state.column + Math.abs(length);
  }
};

/** What changes nothing while a node of a mode is read. */
const ORDINARY: { readonly [mode in Mode]?: RegExp } = {
  plain: /[A-Za-z0-9_./@-]+/y,
  double: /[^"\\]+/y,
  single: /[^']+/y,
  comment: /[^\n]+/y,
  directive: /[^\n]+/y,
  block: /[^\n]+/y,
};

const skipOrdinary = (reading: Reading, text: string, at: number): number => {
  const { state } = reading;
  const pattern = state.lineStart ? undefined : ORDINARY[state.mode];
  if (pattern === undefined) return at;
  pattern.lastIndex = at;
  const length = pattern.exec(text)?.[0].length ?? 0;
  reading.text += text.slice(at, at + length);
  state.column += length;
  return at + length;
};

/**
 * Decides on the next characters and says how many they are: they are added to the text after it, unless the number is negative,
 * which says that they were dealt with.
 */
const readAt = (reading: Reading, spot: Spot): number => {
  const { state } = reading;
  const character = spot.text[spot.at] ?? '';
  if (state.lineStart) {
    if (character === ' ' || character === '\n' || spot.text.startsWith('\r\n', spot.at)) return 1;
    beginLine(state, character, { offset: spot.offset, length: 1 });
    if (state.continued) return 1;
  }
  switch (state.mode) {
    case 'start':
      return inStart(reading, spot, character);
    case 'plain':
      return inPlain(reading, spot, character);
    case 'gap':
      return inGap(reading, character);
    case 'double':
      if (character === '\\') state.mode = 'escape';
      else if (character === '"') state.mode = 'gap';
      return 1;
    case 'escape':
      state.mode = 'double';
      return 1;
    case 'single':
      return inSingle(reading, spot, character);
    case 'property':
      return inProperty(reading, character);
    case 'block':
    case 'comment':
    case 'directive':
      return character === '\n' ? endLine(reading) : 1;
  }
};

const endLine = ({ state }: Reading): number => {
  if (state.mode !== 'block') state.mode = 'start';
  state.lineStart = true;
  return 1;
};

const isBreakOrBlank = (character: string): boolean =>
  character === ' ' || character === '\n' || character === '\r' || character === '\t';

const inStart = (reading: Reading, spot: Spot, character: string): number => {
  const { state } = reading;
  const { text, at, next } = spot;
  if (character === '\n') return endLine(reading);
  if (isBreakOrBlank(character)) return 1;
  if (state.column === 0) {
    DOCUMENT_MARK.lastIndex = at;
    if (DOCUMENT_MARK.test(text)) return startDocument(reading);
  }
  if ('-?:'.includes(character) && isBreakOrBlank(next)) return startEntry(reading);
  if (state.flow === 0 && (character === '|' || character === '>')) return startBlock(reading, spot);
  return startNode(reading, spot, character);
};

const startDocument = ({ state }: Reading): number => {
  state.parent = -1;
  return 3;
};

const startEntry = ({ state }: Reading): number => {
  if (state.flow === 0) Object.assign(state, { parent: state.property ?? state.column, onLine: true });
  state.property = undefined;
  return 1;
};

const startNode = (reading: Reading, spot: Spot, character: string): number => {
  const { state } = reading;
  const place = { offset: spot.offset, length: 1 };
  if (character === '"') {
    beginNode(state);
    state.mode = 'double';
  } else if (character === "'") {
    beginNode(state);
    openFrame(reading, 'single', place);
    state.mode = 'single';
  } else if (character === '#') state.mode = 'comment';
  else if ('&*!'.includes(character)) {
    state.property ??= state.column;
    state.mode = 'property';
  } else if (character === '%' && state.column === 0) state.mode = 'directive';
  else if ('[]{},'.includes(character)) inFlow(reading, character);
  else openPlain(reading, place);
  return 1;
};

const inFlow = ({ state }: Reading, character: string): number => {
  if (character === '[' || character === '{') state.flow += 1;
  if (character === ']' || character === '}') state.flow = Math.max(0, state.flow - 1);
  state.mode = character === ']' || character === '}' ? 'gap' : 'start';
  return 1;
};

const startBlock = (reading: Reading, { text, at }: Spot): number => {
  const { state } = reading;
  BLOCK_HEADER.lastIndex = at;
  const found = BLOCK_HEADER.exec(text);
  if (found === null) {
    state.mode = 'directive';
    return 1;
  }
  flush(reading);
  const header: Block['header'] = { kind: 'text', text: found[0] };
  topFrame(reading).items.push(header);
  const depth = found[1] ?? found[2];
  const parent = state.onLine ? state.parent : undefined;
  const explicit = depth !== undefined;
  const indent = explicit ? Math.max(0, state.parent) + Number(depth) : undefined;
  Object.assign(state, { mode: 'block', lineStart: true, block: { parent, header, indent, explicit } });
  return -found[0].length;
};

const startKeyValue = ({ state }: Reading): number => {
  if (state.flow === 0) Object.assign(state, { parent: state.scalarColumn, onLine: true });
  state.mode = 'start';
  return 1;
};

const inPlain = (reading: Reading, spot: Spot, character: string): number => {
  const { state } = reading;
  const place = { offset: spot.offset, length: 1 };
  if (character === '\n') {
    const hasValue = closePlain(reading, place);
    state.continuable = { above: state.flow > 0 ? -2 : state.parent, hasValue };
    return endLine(reading);
  }
  if (character === ':' && (isBreakOrBlank(spot.next) || (state.flow > 0 && ',[]{}'.includes(spot.next)))) {
    closePlain(reading, place, true);
    return startKeyValue(reading);
  }
  if (state.flow > 0 && ',[]{}'.includes(character)) {
    closePlain(reading, place);
    return inFlow(reading, character);
  }
  if (character === '#' && /[ \t]$/.test(reading.text)) {
    closePlain(reading, place);
    state.mode = 'comment';
  }
  return 1;
};

const inGap = (reading: Reading, character: string): number => {
  const { state } = reading;
  if (character === '\n') return endLine(reading);
  if (character === ':') return startKeyValue(reading);
  if (state.flow > 0 && ',[]{}'.includes(character)) return inFlow(reading, character);
  if (character === '#') state.mode = 'comment';
  return 1;
};

const inSingle = (reading: Reading, spot: Spot, character: string): number => {
  if (character !== "'") return 1;
  if (spot.next === "'") return 2;
  closeSingle(reading, { offset: spot.offset, length: 1 });
  return -1;
};

const inProperty = (reading: Reading, character: string): number => {
  const { state } = reading;
  if (character === '\n') return endLine(reading);
  if (isBreakOrBlank(character)) state.mode = 'start';
  if (state.flow > 0 && ',]}'.includes(character)) return inFlow(reading, character);
  return 1;
};
