import type { Json } from '@pao/kernel';

/** Stands for a value in a text that is being built. */
export const SLOT = '\u0001';

/** A text with values in it, and what the rendered text must be read as. */
export interface Built<Expected = Json> {
  readonly source: string;
  readonly expected: Expected;
  /** In the order of their slots. */
  readonly values: readonly Json[];
}

/** The template of a built text: each slot reads an entry of `.current.values`. */
export const withTags = (source: string): string => {
  let count = 0;
  return source.replaceAll(SLOT, () => `{{.current.values.${count++}}}`);
};

/** A value as running text, told once more and independently of the package. */
export const asText = (value: Json): string => {
  if (value === null) return '';
  if (typeof value !== 'object') return String(value);
  const isFlat = Array.isArray(value) && value.every((entry) => typeof entry !== 'object' || entry === null);
  return isFlat ? value.map((entry: Json) => (entry === null ? '' : String(entry))).join(',') : JSON.stringify(value);
};

export const concatBuilt = (parts: readonly Built<string>[]): Built<string> => ({
  source: parts.map((part) => part.source).join(''),
  expected: parts.map((part) => part.expected).join(''),
  values: parts.flatMap((part) => part.values),
});
