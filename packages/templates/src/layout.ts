import { Refusal } from './refusal.ts';
import type { Expression, Node, Place, SectionNode, TextNode } from './syntax.ts';
import type { Value } from './values.ts';

/** Writes a value so that it stays a value where it lands; refuses what can't stand there. */
export type Encode = (value: Value) => string;

/** What is written instead of anything a secret went into, where the rendering is shown and not sent. */
export const MASK = '••••';

/** A template laid out for one target: each value knows the place it lands in. */
export type Laid =
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind: 'value';
      readonly expression: Expression;
      readonly place: Place;
      readonly encode: Encode;
      readonly mask: string;
    }
  | { readonly kind: 'section'; readonly section: SectionNode; readonly body: readonly Laid[] }
  /** Rendered by itself first, then written as one scalar. */
  | {
      readonly kind: 'whole';
      readonly body: readonly Laid[];
      readonly place: Place;
      readonly encode: (text: string) => string;
    };

/** What a target is: how a template is laid out for it, and what the finished text must pass. */
export interface TargetRules {
  readonly layout: (nodes: readonly Node[]) => readonly Laid[];
  readonly finish?: (text: string) => void;
}

/** Follows the text of a template, so that each value is met in a known state. */
export interface Lexer<State> {
  readonly start: State;
  readonly text: (state: State, node: TextNode) => State;
  /** `next` is the text up to the next tag: empty at the very end, `undefined` when a tag follows at once. */
  readonly value: (
    state: State,
    place: Place,
    next: string | undefined,
  ) => { readonly state: State; readonly encode: Encode; readonly mask?: string };
  /** The state after text that may or may not have been there; `undefined` when the two can't be reconciled. */
  readonly join: (a: State, b: State) => State | undefined;
  readonly end?: (state: State, offset: number) => void;
}

/** Lays a template out by a lexer. A section may run often or never, so it must end in the state it began in. */
export const layoutBy = <State>(lexer: Lexer<State>, nodes: readonly Node[]): readonly Laid[] => {
  const { laid, state } = walk(lexer, nodes, lexer.start, '');
  const last = nodes.at(-1);
  lexer.end?.(state, last === undefined ? 0 : last.offset + last.length);
  return laid;
};

interface Walked<State> {
  readonly laid: readonly Laid[];
  readonly state: State;
}

const walk = <State>(lexer: Lexer<State>, nodes: readonly Node[], start: State, atEnd?: string): Walked<State> => {
  let state = start;
  const laid = nodes.map((node, index): Laid => {
    if (node.kind === 'text') {
      state = lexer.text(state, node);
      return { kind: 'text', text: node.text };
    }
    if (node.kind === 'value') {
      const met = lexer.value(state, node, textAfter(nodes, index, atEnd));
      state = met.state;
      return { kind: 'value', expression: node.expression, place: node, encode: met.encode, mask: met.mask ?? MASK };
    }
    const section = walkSection(lexer, node, state);
    state = section.state;
    return { kind: 'section', section: node, body: section.laid };
  });
  return { laid, state };
};

const textAfter = (nodes: readonly Node[], index: number, atEnd: string | undefined): string | undefined => {
  const next = nodes[index + 1];
  if (next === undefined) return atEnd;
  return next.kind === 'text' ? next.text : undefined;
};

const walkSection = <State>(lexer: Lexer<State>, node: SectionNode, before: State): Walked<State> => {
  const once = walk(lexer, node.body, before);
  const joined = lexer.join(before, once.state);
  if (joined === undefined) throw unbalanced(node);
  if (joined === before) return { laid: once.laid, state: joined };
  // What follows the first run may be a second one.
  const again = walk(lexer, node.body, joined);
  if (lexer.join(joined, again.state) !== joined) throw unbalanced(node);
  return { laid: again.laid, state: joined };
};

export const unbalanced = (place: Place): Refusal =>
  new Refusal(
    'unbalanced-section',
    'a section must end in the same surroundings it began in: both in quotes, or neither',
    place,
  );

/** The rules of a target in which every place is alike. */
export const uniform = (encode: Encode, finish?: (text: string) => void): TargetRules => {
  const lexer: Lexer<0> = { start: 0, text: () => 0, value: () => ({ state: 0, encode }), join: () => 0 };
  const rules: TargetRules = { layout: (nodes) => layoutBy(lexer, nodes) };
  return finish === undefined ? rules : { ...rules, finish };
};
