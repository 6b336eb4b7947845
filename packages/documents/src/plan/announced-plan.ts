import { isJsonObject, type Json, type JsonObject } from '@pao/kernel';
import { inLine } from './action-in-words.ts';

const VARIABLE = /\{\{config((?:\.[A-Za-z0-9_-]+)+)\}\}/g;
const MAX_TEXT = 1_000;

/**
 * The text that an executor announced for plans, with values of the configuration in place of `{{config.path}}`. Anything else in
 * it stands as it is, and what the configuration does not have is left out.
 */
export const announcedPlan = (text: string, config: JsonObject): string => {
  const filled = text.slice(0, MAX_TEXT).replaceAll(VARIABLE, (_, path: string) => inLine(valueAt(config, path)));
  return inLine(filled, MAX_TEXT);
};

const valueAt = (config: JsonObject, path: string): Json | undefined => {
  let value: Json | undefined = config;
  for (const key of path.slice(1).split('.')) {
    value = isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  }
  return value;
};

/** A configuration that can't be rendered yet, as it is written; what will be filled in is marked. */
export const withUnknowns = (config: JsonObject): JsonObject => marked(config) as JsonObject;

const UNKNOWN = '‹…›';

const marked = (value: Json): Json => {
  if (typeof value === 'string') return markedText(value);
  if (Array.isArray(value)) return value.map(marked);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, marked(one)]));
};

/** From the first variable on to the end of the last: what stands between may be part of a section. */
const markedText = (text: string): string => {
  const [from, to] = [text.indexOf('{{'), text.lastIndexOf('}}')];
  return from === -1 || to < from ? text : `${text.slice(0, from)}${UNKNOWN}${text.slice(to + 2)}`;
};
