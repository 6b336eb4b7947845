import type { JsonObject } from '@pao/kernel';
import {
  type Limits,
  parseTemplate,
  type RenderError,
  type Rendered,
  renderTemplate,
  type Scope,
  type Target,
  type Template,
} from '../src/index.ts';

/** A scope of these values; what a test does not care about is empty. */
export const scopeOf = (current: JsonObject, rest: Partial<Scope> = {}): Scope => ({
  current,
  output: {},
  metadata: {},
  system: {},
  ...rest,
});

export const template = (text: string): Template => {
  const parsed = parseTemplate(text);
  if (!parsed.ok) throw new Error(`${parsed.error.code}: ${parsed.error.message}`);
  return parsed.value;
};

/** What a text becomes does not depend on how busy the machine is. */
export const UNHURRIED: Partial<Limits> = { maxMillis: 60_000 };

export const rendered = (text: string, target: Target, scope: Scope, limits: Partial<Limits> = UNHURRIED): Rendered => {
  const result = renderTemplate(template(text), target, scope, limits);
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message} at ${result.error.offset}`);
  return result.value;
};

export const text = (source: string, target: Target, current: JsonObject, rest?: Partial<Scope>): string =>
  rendered(source, target, scopeOf(current, rest)).text;

/** The error of a text that can't be parsed or rendered. */
export const failure = (
  source: string,
  target: Target,
  scope: Scope,
  limits: Partial<Limits> = UNHURRIED,
): RenderError => {
  const parsed = parseTemplate(source, limits);
  if (!parsed.ok) return parsed.error;
  const result = renderTemplate(parsed.value, target, scope, limits);
  if (result.ok) throw new Error(`rendered: ${result.value.text}`);
  return result.error;
};

/** The part of the template an error points at. */
export const pointedAt = (source: string, { offset, length }: RenderError): string =>
  source.slice(offset, offset + length);
