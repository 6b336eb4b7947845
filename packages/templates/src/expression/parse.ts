import { Refusal } from '../refusal.ts';
import type { Expression } from '../syntax.ts';
import { createCall, type Draft, type ExpressionContext, readPath, settle } from './draft.ts';
import { type Token, tokenize } from './tokens.ts';

export type { ExpressionContext } from './draft.ts';

/** The tokens of one tag and how far they have been read. */
interface Cursor {
  readonly tokens: readonly Token[];
  readonly context: ExpressionContext;
  at: number;
}

const KEYWORDS = new Map<string, boolean | null>([
  ['true', true],
  ['false', false],
  ['null', null],
]);

/** Reads `text` from `start` to `end` as one expression: a value, then pipes. Refuses what is left over. */
export const parseExpression = (text: string, start: number, end: number, context: ExpressionContext): Expression => {
  const cursor: Cursor = { tokens: tokenize(text, start, end), context, at: 0 };
  const draft = pipeline(cursor, 0);
  if (peek(cursor).kind !== 'end') throw unexpected(peek(cursor));
  return settle(draft, false, context);
};

/** Reads the subject of a section: a path of a namespace or of the item, nothing more. */
export const parseSubject = (text: string, start: number, end: number, context: ExpressionContext): Expression => {
  const tokens = tokenize(text, start, end);
  const [word, rest] = tokens;
  if (word?.kind !== 'word' || rest?.kind !== 'end') {
    throw new Refusal('bad-expression', 'a section opens on a path, without pipes or calls', {
      offset: start,
      length: end - start,
    });
  }
  return settle(readPath(word.value, word, context), true, context);
};

const peek = ({ tokens, at }: Cursor): Token => tokens[at] ?? END;
const END: Token = { kind: 'end', value: '', offset: 0, length: 0 };

const next = (cursor: Cursor): Token => {
  const token = peek(cursor);
  cursor.at += 1;
  return token;
};

const takeMark = (cursor: Cursor, mark: string): boolean => {
  const token = peek(cursor);
  if (token.kind !== 'mark' || token.value !== mark) return false;
  cursor.at += 1;
  return true;
};

const unexpected = (token: Token, expected?: string): Refusal => {
  const found = token.kind === 'end' ? 'the end of the tag' : token.kind === 'text' ? 'a text' : String(token.value);
  const message =
    expected === undefined ? `${found} was not expected here` : `${expected} must stand here, not ${found}`;
  return new Refusal('bad-expression', message, { offset: token.offset, length: Math.max(1, token.length) });
};

const pipeline = (cursor: Cursor, depth: number): Draft => {
  let value = primary(cursor, depth);
  while (takeMark(cursor, '|')) {
    const name = next(cursor);
    if (name.kind !== 'word') throw unexpected(name, 'a function');
    const args = [value];
    while (startsValue(peek(cursor))) args.push(primary(cursor, depth + 1));
    value = createCall(name, args, lengthTo(cursor, name));
  }
  return value;
};

const startsValue = (token: Token): boolean => (token.kind === 'mark' ? token.value === '(' : token.kind !== 'end');

const primary = (cursor: Cursor, depth: number): Draft => {
  const token = next(cursor);
  const { context } = cursor;
  if (depth > context.maxDepth) throw new Refusal('too-deep', `more than ${context.maxDepth} brackets deep`, token);
  if (token.kind === 'text' || token.kind === 'number') return { kind: 'literal', value: token.value };
  if (token.kind === 'mark' && token.value === '(') return inBrackets(cursor, depth);
  if (token.kind !== 'word') throw unexpected(token, 'a path, a text in quotes or a number');
  if (opensCall(cursor, token)) {
    const args = callArguments(cursor, depth);
    return createCall(token, args, lengthTo(cursor, token));
  }
  const keyword = KEYWORDS.get(token.value);
  return keyword === undefined ? readPath(token.value, token, context) : { kind: 'literal', value: keyword };
};

/** `upper(` is a call, `upper (` an argument in brackets after a name. */
const opensCall = (cursor: Cursor, name: Token): boolean =>
  peek(cursor).offset === name.offset + name.length && takeMark(cursor, '(');

const inBrackets = (cursor: Cursor, depth: number): Draft => {
  const inner = pipeline(cursor, depth + 1);
  if (!takeMark(cursor, ')')) throw unexpected(peek(cursor), 'a closing bracket');
  return inner;
};

const callArguments = (cursor: Cursor, depth: number): Draft[] => {
  const args: Draft[] = [];
  if (takeMark(cursor, ')')) return args;
  do args.push(pipeline(cursor, depth + 1));
  while (takeMark(cursor, ','));
  if (!takeMark(cursor, ')')) throw unexpected(peek(cursor), 'a comma or a closing bracket');
  return args;
};

const lengthTo = (cursor: Cursor, first: Token): number => {
  const last = cursor.tokens[cursor.at - 1] ?? first;
  return last.offset + last.length - first.offset;
};
