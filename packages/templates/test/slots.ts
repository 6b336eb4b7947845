import type { Json, JsonScalar } from '@pao/kernel';

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
  const flat = Array.isArray(value) ? value.filter((entry: Json) => typeof entry !== 'object' || entry === null) : [];
  if (!Array.isArray(value) || flat.length < value.length) return JSON.stringify(value);
  return flat.map((entry: JsonScalar) => (entry === null ? '' : String(entry))).join(',');
};

export const concatBuilt = (parts: readonly Built<string>[]): Built<string> => ({
  source: parts.map((part) => part.source).join(''),
  expected: parts.map((part) => part.expected).join(''),
  values: parts.flatMap((part) => part.values),
});
