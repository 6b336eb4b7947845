import { type Encode, type Laid, MASK, type TargetRules } from '../layout.ts';
import { Refusal } from '../refusal.ts';
import type { Node, Place, SectionNode, ValueNode } from '../syntax.ts';
import { closeFrame, closePlain, flush, openFrame, openPlain, type Reading, topFrame } from './yaml-reading.ts';
import { type Block, beginLine, misplaced, reconcile, sameState, startState, unbalanced } from './yaml-state.ts';
import { readText } from './yaml-text.ts';
import { encodeInBlock, encodeInComment, encodeQuoted, encodeText } from './yaml-values.ts';

const readNodes = (reading: Reading, nodes: readonly Node[], isDocument: boolean): void => {
  nodes.forEach((node, index) => {
    if (node.kind === 'text') readText(reading, node, isDocument && index === nodes.length - 1);
    else if (node.kind === 'value') readValue(reading, node);
    else readSection(reading, node);
  });
};

const readValue = (reading: Reading, node: ValueNode): void => {
  const { state } = reading;
  if (state.lineStart) beginLine(state, '', node);
  if (state.mode === 'start') openPlain(reading, node);
  const encode = encoderFor(reading, node);
  flush(reading);
  topFrame(reading).items.push({ kind: 'value', expression: node.expression, place: node, encode, mask: MASK });
  const scalar = reading.frames.findLast((frame) => frame.kind === 'plain' || frame.kind === 'single');
  if (scalar !== undefined) scalar.hasValue = true;
  reading.met.push(`${state.mode} ${state.flow > 0} ${state.block?.indent}`);
  state.column += node.length;
};

const encoderFor = ({ state }: Reading, place: Place): Encode => {
  switch (state.mode) {
    case 'plain':
      if (state.continued) throw misplaced(place, 'begin the scalar on the line of the value, or quote all of it');
      return encodeText;
    case 'double':
    case 'single':
      return encodeQuoted;
    case 'comment':
      return encodeInComment;
    case 'block':
      if (state.block !== undefined) return encodeInBlock(fixIndent(state.block, place));
      break;
    case 'escape':
      throw misplaced(place, 'a value can’t follow a backslash');
    default:
  }
  throw misplaced(place, 'put it into the scalar before it, or on its own');
};

/** The column of a block scalar's content, which its header must tell: a value may begin with blanks or line breaks. */
const fixIndent = (block: Block, place: Place): number => {
  const { indent, parent, header } = block;
  if (block.explicit && indent !== undefined) return indent;
  if (indent === undefined || parent === undefined)
    throw misplaced(place, 'start the block scalar on the line of its key');
  const depth = indent - parent;
  if (depth > 9) throw misplaced(place, 'indent the block scalar by at most 9 spaces');
  header.text = `${header.text.slice(0, 1)}${depth}${header.text.slice(1)}`;
  block.explicit = true;
  return indent;
};

const OPENS_A_NODE = /^["'[\]{},|>&*!#%@`\n]/;

const readSection = (reading: Reading, node: SectionNode): void => {
  const first = node.body[0];
  // Within a line of block style a section can only be part of one scalar.
  if (reading.state.mode === 'start' && !reading.state.lineStart && reading.state.flow === 0) {
    if (first?.kind === 'text' && OPENS_A_NODE.test(first.text)) throw unbalanced(node);
    openPlain(reading, node);
  }
  const before = { ...reading.state };
  const met = reading.met.length;
  const body = readBody(reading, node);
  topFrame(reading).items.push({ kind: 'section', section: node, body });
  const after = reconcile(before, reading.state);
  if (after === undefined) throw unbalanced(node);
  if (after.lineStart && !sameState(before, after)) readAgain(reading, node, { ...after }, reading.met.slice(met));
  reading.state = after;
};

const readBody = (reading: Reading, node: SectionNode): readonly Laid[] => {
  openFrame(reading, 'section', node);
  readNodes(reading, node.body, false);
  return closeFrame(reading, 'section', node).items;
};

/** A section may run twice: its second run begins where the first ended, and must meet its values alike. */
const readAgain = (reading: Reading, node: SectionNode, state: Reading['state'], met: readonly string[]): void => {
  const again: Reading = { ...reading, state, text: '', frames: [...reading.frames], met: [] };
  readBody(again, node);
  if (again.met.join() !== met.join()) throw unbalanced(node);
};

const layout = (nodes: readonly Node[]): readonly Laid[] => {
  const last = nodes.at(-1);
  const end = { offset: last === undefined ? 0 : last.offset + last.length, length: 0 };
  const reading: Reading = {
    state: startState(),
    frames: [{ kind: 'document', items: [], place: end, hasValue: false }],
    text: '',
    met: [],
  };
  readNodes(reading, nodes, true);
  const { state } = reading;
  if (state.mode === 'plain') closePlain(reading, end);
  if (state.mode === 'double' || state.mode === 'single' || state.mode === 'escape') {
    throw new Refusal('misplaced-value', 'a quote of this YAML text is never closed', end);
  }
  return closeFrame(reading, 'document', end).items;
};

/** YAML: whole scalars keep their type, others are quoted where needed; quoted and block scalars keep their form. */
export const yaml: TargetRules = { layout };
