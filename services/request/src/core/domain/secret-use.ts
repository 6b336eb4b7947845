import { isJsonObject, type Json, type JsonObject } from '@pao/kernel';
import { MASK } from '@pao/templates';
import type { Plan, PlannedTask } from './plan.ts';
import { valueAt } from './sealed-input.ts';

/** How a rendered configuration uses secrets of the request: what the executor must keep out of everything it tells. */
export interface SecretUse {
  /** The secrets themselves, and every text that was made of them. */
  readonly texts: readonly string[];
  /** The members of the configuration that hold them. */
  readonly members: readonly string[];
}

/**
 * Shorter texts can't be kept secret: they are found in every other word that a target answers. So a shorter password is refused,
 * and something as short that was made of one is not looked for.
 */
export const MIN_SECRET_LENGTH = 4;

/** The first field of a plan's input whose secret is shorter than that. */
export const shortSecretPath = ({ input, secretPaths }: Plan): string | undefined =>
  secretPaths.find((path) => textsIn(valueAt(input, path)).some(({ length }) => length < MIN_SECRET_LENGTH));

/** The secrets among the values of a task's form. */
const secretsOf = ({ input: { values, secretPaths } }: Pick<PlannedTask, 'input'>): readonly string[] =>
  secretPaths.flatMap((path) => textsIn(valueAt(values, path)));

/** @param masked the configuration with `••••` for everything a secret went into. */
export const secretUseOf = (planned: PlannedTask, config: JsonObject, masked: JsonObject): SecretUse => {
  const texts = [...secretsOf(planned), ...derivedTexts(config, masked)];
  return {
    texts: [...new Set(texts)].filter(({ length }) => length >= MIN_SECRET_LENGTH),
    members: Object.keys(config).filter((key) => config[key] !== masked[key]),
  };
};

/** What stands where the other has a mask: a secret after functions and escapes. */
const derivedTexts = (value: Json | undefined, masked: Json | undefined): readonly string[] => {
  if (value === masked) return [];
  if (typeof value === 'string' && typeof masked === 'string') return textsUnderMask(value, masked);
  if (Array.isArray(value) && Array.isArray(masked)) {
    return value.flatMap((entry: Json, index) => derivedTexts(entry, masked[index] as Json | undefined));
  }
  if (isJsonObject(value) && isJsonObject(masked)) {
    return Object.entries(value).flatMap(([key, member]) => derivedTexts(member, masked[key]));
  }
  return textsIn(value);
};

/** Between two literal parts; the rest of the text when a secret happens to hold the literal that follows it. */
const textsUnderMask = (text: string, masked: string): readonly string[] => {
  const [head = '', ...literals] = masked.split(MASK);
  const found: string[] = [];
  let from = head.length;
  for (const [index, literal] of literals.entries()) {
    const isLast = index === literals.length - 1;
    const to = isLast ? text.length - literal.length : text.indexOf(literal, from);
    if (to < from || (literal === '' && !isLast)) return [...found, text.slice(from)];
    found.push(text.slice(from, to));
    from = to + literal.length;
  }
  return found;
};

const textsIn = (value: Json | undefined): readonly string[] => {
  if (typeof value === 'string') return [value];
  if (typeof value === 'number') return [String(value)];
  if (Array.isArray(value)) return value.flatMap((entry: Json) => textsIn(entry));
  return isJsonObject(value) ? Object.values(value).flatMap(textsIn) : [];
};
