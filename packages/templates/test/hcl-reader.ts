import type { Json } from '@pao/kernel';

/** A value of an HCL text; what is computed and not given is told by its parts. */
export type HclValue = Json | { readonly [part: string]: HclValue } | readonly HclValue[];

/**
 * Reads the HCL that tests write: attributes whose values are strings, heredocs, numbers, lists, objects, names and calls,
 * by the syntax specification of HCL. Throws where HCL would.
 */
export const readHcl = (text: string): { readonly [name: string]: HclValue } => {
  const reader = createReader(text);
  const attributes: Record<string, HclValue> = {};
  for (reader.skip(true); !reader.done(); reader.skip(true)) {
    const name = reader.match(/[A-Za-z_][\w-]*/y);
    reader.skip(false);
    reader.expect('=');
    reader.skip(false);
    attributes[name] = reader.expression();
    reader.skip(false);
    if (!reader.done()) reader.match(/\r?\n/y);
  }
  return attributes;
};

const ESCAPES: Record<string, string> = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\' };

const createReader = (text: string) => {
  let at = 0;

  const fail = (): Error => new Error(`not HCL at ${at}: ${JSON.stringify(text.slice(at, at + 20))}`);
  const done = (): boolean => at >= text.length;

  const tryMatch = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    at += found?.length ?? 0;
    return found;
  };

  const match = (pattern: RegExp): string => {
    const found = tryMatch(pattern);
    if (found === undefined) throw fail();
    return found;
  };

  const expect = (token: string): void => {
    if (!text.startsWith(token, at)) throw fail();
    at += token.length;
  };

  const skip = (overLines: boolean): void => {
    while (
      tryMatch(overLines ? /[ \t\r\n]+|(?:#|\/\/)[^\n]*|\/\*[^]*?\*\//y : /[ \t]+|(?:#|\/\/)[^\n]*|\/\*[^]*?\*\//y)
    );
  };

  const escape = (): string => {
    const code = tryMatch(/u[0-9a-fA-F]{4}/y);
    if (code !== undefined) return String.fromCharCode(Number.parseInt(code.slice(1), 16));
    const escaped = ESCAPES[text[at] ?? ''];
    if (escaped === undefined) throw fail();
    at += 1;
    return escaped;
  };

  /** Parts of a template until its end; one text when nothing is interpolated but texts. */
  const parts = (ends: () => boolean, one: () => string): HclValue => {
    const found: HclValue[] = [''];
    const add = (part: HclValue): void => {
      const last = found.at(-1);
      if (typeof part === 'string' && typeof last === 'string') found[found.length - 1] = last + part;
      else found.push(part);
    };
    while (!ends()) {
      if (done()) throw fail();
      if (text.startsWith('$${', at) || text.startsWith('%%{', at)) {
        add(text.slice(at + 1, at + 3));
        at += 3;
      } else if (text.startsWith('%{', at)) throw fail();
      else if (text.startsWith('${', at)) {
        at += 2;
        skip(true);
        add(expression());
        skip(true);
        expect('}');
      } else add(one());
    }
    return found.length === 1 ? (found[0] ?? '') : { parts: found };
  };

  const string = (): HclValue => {
    const ends = (): boolean => text[at] === '"';
    const value = parts(ends, () => {
      const character = text[at] ?? '';
      if (character === '\n') throw fail();
      at += 1;
      return character === '\\' ? escape() : character;
    });
    at += 1;
    return value;
  };

  const heredoc = (): HclValue => {
    const name = match(/[A-Za-z_][\w-]*/y);
    match(/\r?\n/y);
    const end = new RegExp(`[ \\t]*${name}[ \\t]*(?=\\r?\\n|$)`, 'y');
    const ends = (): boolean => {
      if (text[at - 1] !== '\n') return false;
      end.lastIndex = at;
      return end.test(text);
    };
    const value = parts(ends, () => text[at++] ?? '');
    match(end);
    return value;
  };

  const list = (close: string): HclValue[] => {
    const entries: HclValue[] = [];
    for (skip(true); tryMatch(close === ']' ? /\]/y : /\)/y) === undefined; skip(true)) {
      entries.push(expression());
      skip(true);
      if (text[at] !== close) expect(',');
    }
    return entries;
  };

  const object = (): HclValue => {
    const entries: [string, HclValue][] = [];
    for (skip(true); tryMatch(/\}/y) === undefined; skip(true)) {
      const key = expression();
      skip(false);
      match(/[=:]/y);
      skip(false);
      entries.push([typeof key === 'string' ? key : JSON.stringify(key), expression()]);
      skip(false);
      if (text[at] !== '}') match(/,|\r?\n/y);
    }
    return Object.fromEntries(entries);
  };

  const expression = (): HclValue => {
    if (tryMatch(/"/y)) return string();
    if (tryMatch(/<<-?/y)) return heredoc();
    if (tryMatch(/\[/y)) return list(']');
    if (tryMatch(/\{/y)) return object();
    const number = tryMatch(/-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])/y);
    if (number !== undefined) return Number(number);
    const name = match(/[A-Za-z_][\w-]*(?:\.[\w-]+)*/y);
    if (tryMatch(/\(/y)) return { call: name, args: list(')') };
    return name === 'true' ? true : name === 'false' ? false : name === 'null' ? null : { name };
  };

  return { expression, skip, match, expect, done };
};
