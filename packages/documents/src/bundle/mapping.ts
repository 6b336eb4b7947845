import { err, type Json, type JsonObject, ok, type Result } from '@pao/kernel';
import type { FieldError } from '../form/issue.ts';
import { valueAt } from '../pointer.ts';

const VARIABLE = /\{\{\s*\.current\.([A-Za-z][\w-]*(?:\.[A-Za-z][\w-]*)*)\s*\}\}/g;
const WHOLE = new RegExp(`^${VARIABLE.source}$`);

/** The path of a text that is one variable and nothing else. */
export const mappedPath = (text: string): string | undefined => WHOLE.exec(text)?.[1];

/** Paths under `.current` that a component's input reads; `undefined` in place of one that is not a plain variable. */
export const mappingPaths = (text: string): readonly (string | undefined)[] => {
  const paths = [...text.matchAll(VARIABLE)].map((match) => match[1]);
  return text.replaceAll(VARIABLE, '').includes('{{') ? [...paths, undefined] : paths;
};

/**
 * Fills in a component's `input`. A text that is one variable becomes its value, whatever its type; within a longer
 * text a value is written as text. A variable whose field was left empty leaves the whole entry out.
 */
export const resolveMapping = (input: JsonObject, current: JsonObject): Result<JsonObject, readonly FieldError[]> => {
  const errors: FieldError[] = [];
  const resolved = resolve(input, '');
  return errors.length > 0 ? err(errors) : ok((resolved ?? {}) as JsonObject);

  function resolve(value: Json, path: string): Json | undefined {
    if (typeof value === 'string') return text(value, path);
    if (Array.isArray(value)) return value.flatMap((entry: Json, index) => resolve(entry, `${path}[${index}]`) ?? []);
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value).map(
      ([key, entry]) => [key, resolve(entry, path === '' ? key : `${path}.${key}`)] as const,
    );
    return Object.fromEntries(entries.filter((entry): entry is [string, Json] => entry[1] !== undefined));
  }

  function text(value: string, path: string): Json | undefined {
    const whole = mappedPath(value);
    if (whole !== undefined) return valueAt(current, whole.split('.')) as Json | undefined;
    const parts = mappingPaths(value).map((part) => valueAt(current, part?.split('.') ?? ['']));
    if (parts.some((part) => typeof part === 'object')) {
      errors.push({ field: path, issue: 'can only take texts, numbers and booleans into a text', code: 'WRONG_TYPE' });
    }
    if (parts.includes(undefined)) return undefined;
    return value.replaceAll(VARIABLE, (_, name: string) => String(valueAt(current, name.split('.'))));
  }
};
