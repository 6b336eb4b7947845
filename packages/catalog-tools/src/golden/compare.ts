import { isJsonObject, type Json } from '@pao/kernel';

/** One place where two values differ. */
export interface Difference {
  /** `actions[0].payload.endpoint.url`. */
  readonly path: string;
  /** Undefined: nothing there. */
  readonly expected: Json | undefined;
  readonly actual: Json | undefined;
}

/** Where two JSON values differ, the first so many places; the order of keys does not count. */
export const compareJson = (
  expected: Json | undefined,
  actual: Json | undefined,
  limit = 50,
): readonly Difference[] => {
  const found: Difference[] = [];
  compare(expected, actual, '', found);
  return found.slice(0, limit);
};

const compare = (expected: Json | undefined, actual: Json | undefined, path: string, found: Difference[]): void => {
  if (Object.is(expected, actual)) return;
  if (Array.isArray(expected) && Array.isArray(actual)) {
    for (let index = 0; index < Math.max(expected.length, actual.length); index += 1) {
      compare(expected[index] as Json | undefined, actual[index] as Json | undefined, `${path}[${index}]`, found);
    }
  } else if (isJsonObject(expected) && isJsonObject(actual)) {
    for (const key of new Set([...Object.keys(expected), ...Object.keys(actual)])) {
      compare(own(expected, key), own(actual, key), path === '' ? key : `${path}.${key}`, found);
    }
  } else if (typeof expected === 'string' && typeof actual === 'string') {
    found.push(compareTexts(expected, actual, path));
  } else {
    found.push({ path, expected, actual });
  }
};

/** Of texts of several lines, the first that differs is what people look for. */
const compareTexts = (expected: string, actual: string, path: string): Difference => {
  const [expectedLines, actualLines] = [expected.split('\n'), actual.split('\n')];
  if (expectedLines.length === 1 && actualLines.length === 1) return { path, expected, actual };
  const at = expectedLines.findIndex((line, index) => line !== actualLines[index]);
  const line = at === -1 ? expectedLines.length : at;
  return { path: `${path} line ${line + 1}`, expected: expectedLines[line], actual: actualLines[line] };
};

const own = (value: { readonly [key: string]: Json | undefined }, key: string): Json | undefined =>
  Object.hasOwn(value, key) ? value[key] : undefined;
