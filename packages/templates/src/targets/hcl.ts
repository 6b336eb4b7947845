import { type Encode, type Lexer, layoutBy, MASK, type TargetRules } from '../layout.ts';
import { Refusal } from '../refusal.ts';
import type { Place, TextNode } from '../syntax.ts';
import { encodeExpression, encodeInComment, encodeInHeredoc, encodeQuoted } from './hcl-values.ts';

/** A construct the text is in; a heredoc is `<<NAME`. Inner ones come last. */
type Mode = 'body' | 'interpolation' | 'braces' | 'string' | 'escape' | 'line comment' | 'comment' | `<<${string}`;

interface HclState {
  readonly modes: readonly Mode[];
  /** What a value would touch: nothing, a character of the text, or another value. */
  readonly touches: 'nothing' | 'text' | 'value';
  /** Characters that would open a construct together with the last one. */
  readonly dangling: string;
}

const START: HclState = { modes: ['body'], touches: 'nothing', dangling: '' };

const DELIMITERS = ' \t\r\n=[]{}(),:?';
const AFTER_VALUE = ' \t\r\n]}),:';
const HEREDOC = /<<-?([A-Za-z_][A-Za-z0-9_-]*)\r?\n/y;

const misplaced = (place: Place, hint: string): Refusal =>
  new Refusal('misplaced-value', 'a value of an HCL text stands in a quoted string, or by itself as a whole value', {
    ...place,
    hint,
  });

/** Reads the text of one node; `modes` is changed in place. */
const createScanner = (text: string, modes: Mode[]) => {
  let touches: HclState['touches'] = 'text';

  const inText = (at: number): number => {
    if (text.startsWith('$${', at) || text.startsWith('%%{', at)) return 3;
    if (!text.startsWith('${', at) && !text.startsWith('%{', at)) return 1;
    modes.push('interpolation');
    touches = 'nothing';
    return 2;
  };

  const inString = (at: number): number => {
    if (text[at] === '"') {
      modes.pop();
      touches = 'text';
    } else if (text[at] === '\\') modes.push('escape');
    else return inText(at);
    return 1;
  };

  const inHeredoc = (at: number, name: string): number => {
    if (text[at] !== '\n') return inText(at);
    const end = text.indexOf('\n', at + 1);
    const line = text.slice(at + 1, end < 0 ? text.length : end);
    if (line.trim() !== name) return 1;
    modes.pop();
    touches = 'text';
    return 1 + line.length;
  };

  const inExpression = (at: number): number => {
    const character = text[at] ?? '';
    if (text.startsWith('/*', at)) return enter('comment', 2);
    if (character === '#' || text.startsWith('//', at)) return enter('line comment', 1);
    if (character === '"') return enter('string', 1);
    HEREDOC.lastIndex = at;
    const heredoc = HEREDOC.exec(text);
    // The line break stays to be read: the first line may be the last already.
    if (heredoc !== null) return enter(`<<${heredoc[1] ?? ''}`, heredoc[0].length - 1);
    if (character === '{' && modes.length > 1) modes.push('braces');
    if (character === '}' && modes.length > 1) modes.pop();
    touches = DELIMITERS.includes(character) ? 'nothing' : 'text';
    return 1;
  };

  const enter = (mode: Mode, length: number): number => {
    modes.push(mode);
    return length;
  };

  const inComment = (at: number, ending: string): number => {
    if (!text.startsWith(ending, at)) return 1;
    modes.pop();
    touches = 'nothing';
    return ending.length;
  };

  const step = (at: number): number => {
    const mode = modes.at(-1) ?? 'body';
    switch (mode) {
      case 'string':
        return inString(at);
      case 'escape':
        modes.pop();
        return 1;
      case 'line comment':
        return inComment(at, '\n');
      case 'comment':
        return inComment(at, '*/');
      case 'body':
      case 'interpolation':
      case 'braces':
        return inExpression(at);
      default:
        return inHeredoc(at, mode.slice(2));
    }
  };

  return { step, touched: () => touches };
};

const followText = (state: HclState, node: TextNode): HclState => {
  const { text } = node;
  const place = { offset: node.offset, length: 1 };
  if (state.dangling.includes(text[0] ?? ' '))
    throw misplaced(place, 'a tag may not part two characters that belong together');
  if (state.touches === 'value' && isExpression(state.modes) && !AFTER_VALUE.includes(text[0] ?? ' ')) {
    throw misplaced(place, 'put the value and what follows it in quotes');
  }
  const modes = [...state.modes];
  const scanner = createScanner(text, modes);
  for (let at = 0; at < text.length; ) at += scanner.step(at);
  return { modes, touches: scanner.touched(), dangling: opens(modes, text.at(-1)) };
};

const opens = (modes: readonly Mode[], last: string | undefined): string => {
  if (isExpression(modes)) return last === '/' ? '/*' : last === '<' ? '<' : '';
  return last === '$' || last === '%' ? '{' : '';
};

const isExpression = (modes: readonly Mode[]): boolean => {
  const mode = modes.at(-1);
  return mode === 'body' || mode === 'interpolation' || mode === 'braces';
};

const encoderFor = (state: HclState, place: Place): Encode => {
  const mode = state.modes.at(-1) ?? 'body';
  if (mode === 'string') return encodeQuoted;
  if (mode === 'line comment') return encodeInComment;
  if (mode === 'comment') throw misplaced(place, 'use a comment with # instead');
  if (mode === 'escape') throw misplaced(place, 'a value can’t follow a backslash');
  if (!isExpression(state.modes)) {
    if (state.dangling !== '') throw misplaced(place, 'a value can’t follow $ or % in a heredoc');
    return encodeInHeredoc;
  }
  if (state.touches !== 'nothing') throw misplaced(place, 'put it and its neighbours in quotes, or a space between');
  return encodeExpression;
};

const sameModes = (a: HclState, b: HclState): boolean => a.modes.join(' ') === b.modes.join(' ');

const STRICTNESS = ['nothing', 'text', 'value'] as const;

const lexer: Lexer<HclState> = {
  start: START,
  text: (state, node) => (node.text === '' ? state : followText(state, node)),
  value: (state, place) => {
    const encode = encoderFor(state, place);
    const touches = isExpression(state.modes) ? 'value' : state.touches;
    const mask = encode === encodeExpression ? JSON.stringify(MASK) : MASK;
    // The value may be empty: what stood before it still meets what follows.
    return { state: { ...state, touches }, encode, mask };
  },
  join: (a, b) => {
    if (!sameModes(a, b)) return undefined;
    const touches = STRICTNESS[Math.max(STRICTNESS.indexOf(a.touches), STRICTNESS.indexOf(b.touches))] ?? 'value';
    const dangling = a.dangling + b.dangling;
    return touches === a.touches && a.dangling.includes(b.dangling) ? a : { modes: a.modes, touches, dangling };
  },
  end: (state, offset) => {
    const mode = state.modes.at(-1);
    if (mode === 'body' || mode === 'line comment') return;
    throw new Refusal('misplaced-value', `a ${mode} of this HCL text is never closed`, { offset });
  },
};

/** HCL and tfvars: quoted strings without interpolation, whole values where an expression stands. */
export const hcl: TargetRules = { layout: (nodes) => layoutBy(lexer, nodes) };
