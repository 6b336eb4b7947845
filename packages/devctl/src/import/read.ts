import { parseYaml } from '@pao/documents';
import { err, errorMessage, type Json, ok, type Result } from '@pao/kernel';
import { excerpt } from './remarks.ts';
import type { ImportError } from './settle.ts';

/** Of one source file. Answers of a Jira with large option lists have some megabytes. */
export const MAX_SOURCE_BYTES = 8 * 1024 * 1024;
const MAX_DEPTH = 64;
const MAX_VALUES = 500_000;

/** A JSON text within the limits: not nested deeper than anything real is, and without keys that programs trip over. */
export const readJson = (text: string): Result<Json, ImportError> => {
  let value: unknown;
  try {
    value = JSON.parse(text.startsWith('\ufeff') ? text.slice(1) : text);
  } catch (thrown) {
    return err({ message: `not JSON: ${excerpt(errorMessage(thrown))}` });
  }
  const problem = problemOf(value);
  return problem === undefined ? ok(value as Json) : err({ message: problem });
};

/** YAML as strictly as a catalog document is read, or JSON. */
export const readYamlOrJson = (text: string): Result<Json, ImportError> => {
  if (/^\ufeff?\s*[{[]/.test(text)) {
    const json = readJson(text);
    if (json.ok || text.length > 200_000) return json;
  }
  const yaml = parseYaml(text);
  if (yaml.ok) return yaml;
  const { line, column, message, hint } = yaml.error;
  return err({ message: `${line}:${column}: ${message}${hint === undefined ? '' : ` (${hint})`}` });
};

/** Why a value is refused. Level by level, as the stack is no place for other people's depth. */
export const problemOf = (root: unknown): string | undefined => {
  let level: unknown[] = [root];
  let values = 0;
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MAX_DEPTH) return `nested more than ${MAX_DEPTH} deep`;
    values += level.length;
    if (values > MAX_VALUES) return `more than ${MAX_VALUES} values`;
    const next: unknown[] = [];
    for (const value of level) {
      if (typeof value !== 'object' || value === null) continue;
      if (Object.hasOwn(value, '__proto__')) return '`__proto__` is not accepted as a key';
      for (const inner of Object.values(value)) next.push(inner);
    }
    level = next;
  }
  return undefined;
};

/** An own property, or nothing: names of the source never reach what objects inherit. */
export const own = (value: Json | undefined, key: string): Json | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && Object.hasOwn(value, key)
    ? (value as { readonly [key: string]: Json })[key]
    : undefined;

export const ownText = (value: Json | undefined, key: string): string | undefined => {
  const text = own(value, key);
  return typeof text === 'string' && text.trim() !== '' ? text : undefined;
};
