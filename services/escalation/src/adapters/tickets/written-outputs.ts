import { type CodeBlock, codeBlocksOf } from '@pao/jira';
import { isJsonObject, type Json, type JsonObject } from '@pao/kernel';

/** What the code block of outputs is marked with. */
const LANGUAGE = 'outputs';
const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype']);
const NAME = /^[ \t]*["']?([A-Za-z_][\w.-]{0,199})["']?[ \t]*:(.*)$/;

const parsed = (text: string): Json | undefined => {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
};

const isNamed = ([name, value]: readonly [string, Json | undefined]): boolean =>
  !FORBIDDEN.has(name) && value !== undefined && value !== '' && value !== null;

/** `name: value` lines; a value is JSON, or the text as it stands. Lines without a value are still to be filled in. */
const lines = (text: string): JsonObject => {
  const found = text.split('\n').flatMap((line): readonly (readonly [string, Json])[] => {
    const match = NAME.exec(line.replaceAll('\u00a0', ' '));
    const value = (match?.[2] ?? '').trim();
    if (!match || value === '') return [];
    const unquoted = /^'(.*)'$/.exec(value)?.[1];
    return [[match[1] ?? '', unquoted ?? parsed(value) ?? value]];
  });
  return Object.fromEntries(found.filter(isNamed));
};

const valuesIn = ({ text }: CodeBlock): JsonObject => {
  const value = parsed(text);
  return isJsonObject(value) ? Object.fromEntries(Object.entries(value).filter(isNamed)) : lines(text);
};

/** The outputs that a person wrote into a description or comment: a code block that is marked or begins with the word. */
export const writtenOutputs = (body: unknown): JsonObject | undefined => {
  const block = codeBlocksOf(body).find(({ language }) => language === LANGUAGE);
  const values = block && valuesIn(block);
  return values === undefined || Object.keys(values).length === 0 ? undefined : values;
};

/** Of a custom field: what people see of it, for a choice its value. */
export const fieldValue = (value: unknown): Json | undefined => {
  if (value === null || value === undefined || value === '') return undefined;
  if (Array.isArray(value)) return value.map((entry) => fieldValue(entry) ?? null);
  if (!isJsonObject(value)) return value as Json;
  const { value: chosen, name } = value;
  return chosen ?? name ?? value;
};
