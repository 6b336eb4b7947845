export const MAX_JSON_DEPTH = 32;

export type JsonFlaw = 'too-deep' | 'nul-character';

const isContainer = (value: unknown): value is object => typeof value === 'object' && value !== null;

const hasNul = (value: unknown): boolean => typeof value === 'string' && value.includes('\0');

/**
 * What is wrong with a parsed JSON value that its schema doesn't say: nested more than 32 levels, or a NUL character in a text
 * or a name, which Postgres can't store. Walks level by level, so depth costs no stack.
 */
export const findJsonFlaw = (value: unknown): JsonFlaw | undefined => {
  if (hasNul(value)) return 'nul-character';
  let level: object[] = isContainer(value) ? [value] : [];
  for (let depth = 1; level.length > 0; depth += 1) {
    if (depth > MAX_JSON_DEPTH) return 'too-deep';
    const next: object[] = [];
    for (const container of level) {
      for (const [name, member] of Object.entries(container)) {
        if (name.includes('\0') || hasNul(member)) return 'nul-character';
        if (isContainer(member)) next.push(member);
      }
    }
    level = next;
  }
  return undefined;
};

const TOKEN =
  /[\t\n\r ]*(?:([{}[\],:])|("(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*")|(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.+-]))/y;

type Expect = 'value' | 'value or ]' | 'name' | 'name or }' | ':' | ', or end';

const afterValue: Expect = ', or end';

/** What may follow a token; undefined where the token may not stand there. */
const follow = (expect: Expect, token: string, isText: boolean, open: string[]): Expect | undefined => {
  const wantsValue = expect === 'value' || expect === 'value or ]';
  if (token === '{' || token === '[') {
    if (!wantsValue) return undefined;
    open.push(token);
    return token === '{' ? 'name or }' : 'value or ]';
  }
  if (token === '}' || token === ']') {
    const closes = open.pop();
    const allowed = expect === afterValue || expect === (token === '}' ? 'name or }' : 'value or ]');
    return allowed && closes === (token === '}' ? '{' : '[') ? afterValue : undefined;
  }
  if (token === ',') {
    if (expect !== afterValue || open.length === 0) return undefined;
    return open.at(-1) === '{' ? 'name' : 'value';
  }
  if (token === ':') return expect === ':' ? 'value' : undefined;
  if (expect === 'name' || expect === 'name or }') return isText ? ':' : undefined;
  return wantsValue ? afterValue : undefined;
};

/**
 * The offset of the first character that can't be part of a JSON text: `JSON.parse` names it only for some of its errors. The
 * text's length where the text ends too early.
 */
const jsonErrorOffset = (text: string): number => {
  const open: string[] = [];
  let expect: Expect = 'value';
  let offset = 0;
  for (;;) {
    TOKEN.lastIndex = offset;
    const match = TOKEN.exec(text);
    if (match === null) break;
    const [whole, mark, string] = match;
    const next = follow(expect, mark ?? string ?? '', string !== undefined, open);
    if (next === undefined) return offset + whole.length - whole.trimStart().length;
    expect = next;
    offset += whole.length;
  }
  const rest = text.slice(offset);
  return offset + rest.length - rest.trimStart().length;
};

/** `position 17 (line 2, column 5)` of what makes a text no JSON; columns count from 1. */
export const jsonErrorPlace = (text: string): string => {
  const offset = jsonErrorOffset(text);
  const before = text.slice(0, offset).split('\n');
  return `position ${offset} (line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1})`;
};
