import { readFile } from 'node:fs/promises';
import { parseYaml } from '@pao/documents';
import { errorMessage, isJsonObject, type Json, type JsonObject } from '@pao/kernel';
import { UsageError } from './failures.ts';
import type { Terminal } from './terminal.ts';

/** Reads a JSON file, a YAML file (by its ending), or standard input for `-`. */
export const readInput = async (terminal: Terminal, path: string): Promise<Json> => {
  const text =
    path === '-'
      ? await terminal.readStandardInput()
      : await readFile(path, 'utf8').catch((cause: unknown) => {
          throw new UsageError(`cannot read ${path}`, { cause });
        });
  return /\.ya?ml$/i.test(path) ? readAsYaml(path, text) : readAsJson(path, text);
};

const readAsYaml = (path: string, text: string): Json => {
  const read = parseYaml(text);
  if (read.ok) return read.value;
  throw new UsageError(`${path}:${read.error.line}:${read.error.column}: ${read.error.message}`);
};

const readAsJson = (path: string, text: string): Json => {
  try {
    return JSON.parse(text) as Json;
  } catch (cause) {
    throw new UsageError(`${path} is not valid JSON: ${errorMessage(cause)}`, { cause });
  }
};

const scalar = (text: string): string | number | boolean => {
  if (text === 'true' || text === 'false') return text === 'true';
  return /^-?(0|[1-9]\d*)(\.\d+)?$/.test(text) ? Number(text) : text;
};

/** Puts `group.field=value` into the input. Numbers and booleans are recognised; write `group.field:=json` for anything else. */
export const applySetting = (input: JsonObject, setting: string): JsonObject => {
  const match = /^([A-Za-z]\w*)(?:\.([A-Za-z]\w*))?(:?=)(.*)$/s.exec(setting);
  if (match === null) throw new UsageError(`--set ${setting}: write field=value or group.field=value`);
  const [, first = '', second, operator, text = ''] = match;
  let value: JsonObject[string];
  try {
    value = operator === ':=' ? (JSON.parse(text) as JsonObject[string]) : scalar(text);
  } catch (cause) {
    throw new UsageError(`--set ${setting}: what follows := is not JSON`, { cause });
  }
  return putField(input, second === undefined ? [first] : [first, second], value);
};

/** The input with the field, beside what it has already. */
export const putField = (input: JsonObject, [first, second]: readonly [string, string?], value: Json): JsonObject => {
  if (second === undefined) return { ...input, [first]: value };
  const group = input[first];
  return { ...input, [first]: { ...(isJsonObject(group) ? group : {}), [second]: value } };
};
