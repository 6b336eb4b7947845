import type { Laid } from '../layout.ts';
import type { Place } from '../syntax.ts';
import { beginNode, unbalanced, type YamlState } from './yaml-state.ts';
import { encodeBare, encodeKey, encodeMixed } from './yaml-values.ts';

/** What is being put together: the document, the body of a section, or one scalar that may turn out to hold values. */
export interface Frame {
  readonly kind: 'document' | 'section' | 'plain' | 'single';
  readonly items: Laid[];
  readonly place: Place;
  hasValue: boolean;
}

/** The reading of one template. */
export interface Reading {
  state: YamlState;
  readonly frames: Frame[];
  /** Text not yet put into a frame. */
  text: string;
  /** How each value was met, in order. */
  readonly met: string[];
}

export const topFrame = ({ frames }: Reading): Frame => frames.at(-1) as Frame;

export const flush = (reading: Reading): void => {
  if (reading.text === '') return;
  topFrame(reading).items.push({ kind: 'text', text: reading.text });
  reading.text = '';
};

export const openFrame = (reading: Reading, kind: Frame['kind'], place: Place): void => {
  flush(reading);
  reading.frames.push({ kind, items: [], place, hasValue: false });
};

/** Takes off the innermost frame, which must be of this kind: another one means that a section was opened or left in between. */
export const closeFrame = (reading: Reading, kind: Frame['kind'], place: Place): Frame => {
  flush(reading);
  const frame = topFrame(reading);
  if (frame.kind !== kind) throw unbalanced(place);
  reading.frames.pop();
  return frame;
};

export const openPlain = (reading: Reading, place: Place): void => {
  openFrame(reading, 'plain', place);
  beginNode(reading.state);
  reading.state.mode = 'plain';
};

/** Ends a plain scalar before its trailing blanks: a lone value keeps its type, text and values together are one string. */
export const closePlain = (reading: Reading, place: Place, isKey = false): boolean => {
  const { state } = reading;
  state.mode = 'gap';
  if (state.continued) {
    state.continued = false;
    return false;
  }
  const content = reading.text.trimEnd();
  const blanks = reading.text.slice(content.length);
  reading.text = content;
  const frame = closeFrame(reading, 'plain', place);
  topFrame(reading).items.push(...plainScalar(frame, state.flow > 0, isKey));
  reading.text = blanks;
  return frame.hasValue;
};

const plainScalar = ({ items, hasValue, place }: Frame, inFlow: boolean, isKey: boolean): readonly Laid[] => {
  if (!hasValue) return items;
  const [only] = items;
  if (items.length === 1 && only?.kind === 'value') {
    return [{ ...only, encode: isKey ? encodeKey(inFlow) : encodeBare(inFlow) }];
  }
  return [{ kind: 'whole', body: items, place, encode: encodeMixed(inFlow, isKey) }];
};

/** Ends a single-quoted scalar, its closing quote included. With values in it becomes a double-quoted one, which holds any text. */
export const closeSingle = (reading: Reading, place: Place): void => {
  reading.text += "'";
  const { items, hasValue } = closeFrame(reading, 'single', place);
  topFrame(reading).items.push(...(hasValue ? toDoubleQuoted(items) : items));
  reading.state.mode = 'gap';
};

const toDoubleQuoted = (items: readonly Laid[]): readonly Laid[] =>
  items.map((item, index) => {
    if (item.kind !== 'text') return withoutSingleQuotes(item);
    const start = index === 0 ? 1 : 0;
    const end = index === items.length - 1 ? item.text.length - 1 : item.text.length;
    const inner = escapeDoubled(item.text.slice(start, end));
    return { kind: 'text', text: `${start > 0 ? '"' : ''}${inner}${end < item.text.length ? '"' : ''}` };
  });

const withoutSingleQuotes = (item: Laid): Laid => {
  if (item.kind === 'text') return { kind: 'text', text: escapeDoubled(item.text) };
  return item.kind === 'section' ? { ...item, body: item.body.map(withoutSingleQuotes) } : item;
};

const escapeDoubled = (text: string): string => text.replaceAll("''", "'").replace(/["\\]/g, '\\$&');
