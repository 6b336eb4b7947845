import { parseYaml } from '@pao/documents';
import { type CodeBlock, codeBlocksOf } from '@pao/jira';
import { err, isJsonObject, type Json, type JsonObject, ok, type Result } from '@pao/kernel';

/** What the code block of outputs is marked with. */
const LANGUAGE = 'outputs';
/** Some editors offer languages to choose from: such a block says in itself that it is the outputs. */
const OFFERED = new Set(['yaml', 'yml', 'json']);
const SAYS_OUTPUTS = /^\s*(?:\{\s*)?["']?outputs["']?[ \t]*:/;
const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype']);
const NAME = /^["']?([A-Za-z_][\w.-]{0,199})["']?[ \t]*:(.*)$/;
/** How a value begins that is more than a text in its line. */
const STRUCTURE = /^[[{|>&*!"']/;
const MOST_SHOWN = 300;

const parsed = (text: string): Json | undefined => {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
};

const isNamed = ([name, value]: readonly [string, Json | undefined]): boolean =>
  !FORBIDDEN.has(name) && value !== undefined && value !== '' && value !== null;

/** Numbers that can't be kept exactly, such as long account ids, stay the text they were written as. */
const lineValue = (text: string): Json => {
  const value = parsed(text);
  return value === undefined || (typeof value === 'number' && Math.abs(value) > Number.MAX_SAFE_INTEGER) ? text : value;
};

/** Lines of `name: value` and nothing else; a value is JSON, or the text as it stands, whatever YAML makes of its characters. */
const linesIn = (text: string): JsonObject | undefined => {
  const found: [string, Json][] = [];
  for (const line of text.split('\n').map((one) => one.trimEnd())) {
    if (line === '' || line.startsWith('#')) continue;
    const [, name, rest = ''] = NAME.exec(line) ?? [];
    const value = rest.trim();
    if (name === undefined || STRUCTURE.test(value)) return undefined;
    found.push([name, value === '' ? null : lineValue(value)]);
  }
  return Object.fromEntries(found);
};

/** Everything else is read as YAML, which JSON is a part of, within its limits. */
const yamlIn = (text: string): Result<JsonObject, string> => {
  const read = parseYaml(text);
  if (!read.ok) {
    const { line, column, message, hint } = read.error;
    return err(
      `line ${line}, column ${column}: ${message}${hint === undefined ? '' : ` (${hint})`}`.slice(0, MOST_SHOWN),
    );
  }
  return isJsonObject(read.value) ? ok(read.value) : err('is neither names with values nor a JSON object');
};

const named = (values: JsonObject): JsonObject => Object.fromEntries(Object.entries(values).filter(isNamed));

const isOutputs = ({ language, text }: CodeBlock): boolean =>
  language === LANGUAGE || (OFFERED.has(language) && SAYS_OUTPUTS.test(text));

const valuesIn = ({ language, text }: CodeBlock): Result<JsonObject, string> => {
  const plain = text.replaceAll('\u00a0', ' ').trim();
  const isMarked = language === LANGUAGE;
  const lines = isMarked ? linesIn(plain) : undefined;
  const read = lines === undefined ? yamlIn(plain) : ok(lines);
  if (!read.ok) return read;
  if (isMarked) return ok(named(read.value));
  const inner = read.value['outputs'];
  if (inner === null) return ok({});
  return isJsonObject(inner) ? ok(named(inner)) : err('`outputs` is neither names with values nor a JSON object');
};

/**
 * The outputs that a person wrote into a description or comment: in a code block that is marked `outputs`, or in one of YAML or JSON that
 * has them under `outputs`. Undefined: none. An error says what is wrong with the block, and where in it.
 */
export const writtenOutputs = (body: unknown): Result<JsonObject, string> | undefined => {
  const block = codeBlocksOf(body).find(isOutputs);
  const values = block && valuesIn(block);
  return values?.ok && Object.keys(values.value).length === 0 ? undefined : values;
};

export interface ReadOutputs {
  readonly outputs: JsonObject;
  /** What is wrong with the newest block. */
  readonly problem?: string;
}

/** Values of fields, then of each text from the oldest to the newest: the newest wins, and makes good what an older one got wrong. */
export const outputsFrom = (fields: JsonObject, texts: readonly unknown[]): ReadOutputs => {
  const read = texts.flatMap((text) => writtenOutputs(text) ?? []);
  const outputs = Object.assign({}, fields, ...read.map((one) => (one.ok ? one.value : {}))) as JsonObject;
  const newest = read.at(-1);
  return newest === undefined || newest.ok ? { outputs } : { outputs, problem: newest.error };
};

/** Of a custom field: what people see of it, for a choice its value. */
export const fieldValue = (value: unknown): Json | undefined => {
  if (value === null || value === undefined || value === '') return undefined;
  if (Array.isArray(value)) return value.map((entry) => fieldValue(entry) ?? null);
  if (!isJsonObject(value)) return value as Json;
  const { value: chosen, name } = value;
  return chosen ?? name ?? value;
};
