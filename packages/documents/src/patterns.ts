import { err, ok, type Result } from '@pao/kernel';
import { RE2JS, RE2JSSyntaxException } from 're2js';
import { MAX_PATTERN_LENGTH } from './limits.ts';

/** A pattern that matches in time linear in the value, whatever the pattern. Finds a match anywhere, as JSON Schema does. */
export interface Pattern {
  test(value: string): boolean;
}

export interface PatternError {
  readonly message: string;
  /** The piece of the pattern that cannot be run. */
  readonly fragment: string;
}

// Catalogs repeat a handful of patterns thousands of times, and compiling one costs a quarter of a millisecond.
const compiled = new Map<string, Result<Pattern, PatternError>>();
const MAX_KEPT = 2_000;

/** Compiles JavaScript's pattern syntax for RE2: no look-around and no back-references, repetitions up to 1,000. */
export const compilePattern = (source: string): Result<Pattern, PatternError> => {
  const known = compiled.get(source);
  if (known !== undefined) return known;
  const result = compile(source);
  if (compiled.size >= MAX_KEPT) compiled.clear();
  compiled.set(source, result);
  return result;
};

const compile = (source: string): Result<Pattern, PatternError> => {
  if (source.length > MAX_PATTERN_LENGTH) {
    return err({ message: `longer than ${MAX_PATTERN_LENGTH} characters`, fragment: source });
  }
  try {
    return ok(RE2JS.compile(RE2JS.translateRegExp(source)));
  } catch (thrown) {
    if (!(thrown instanceof RE2JSSyntaxException)) throw thrown;
    const details = thrown as unknown as { readonly error: string; readonly input?: string | null };
    return err({ message: details.error, fragment: details.input ?? source });
  }
};
