import { isJsonObject, type Json, type JsonObject } from '@pao/kernel';
import type { NeededOutput } from './needed-outputs.ts';
import { unstorablePath } from './storable.ts';

/** What is wrong with the outputs that a person gives for a task. `field`: `outputs.<name>`, or `outputs`. */
export interface OutputProblem {
  readonly field: string;
  readonly issue: string;
}

/** As an executor's outputs. */
const MAX_BYTES = 65_536;
const MAX_NAMES = 100;
const MAX_NAME_LENGTH = 200;
const MAX_DEPTH = 32;
const MAX_PROBLEMS = 20;

/** Judges the outputs of a task that a person has done: whether they can be kept, and whether later tasks find what they read. */
export const judgeOutputs = (outputs: JsonObject, needed: readonly NeededOutput[]): readonly OutputProblem[] => {
  const unfit = sizeProblem(outputs);
  if (unfit !== undefined) return [{ field: 'outputs', issue: unfit }];
  const named = Object.keys(outputs).flatMap(nameProblems);
  const path = unstorablePath(outputs);
  const stored = path === undefined ? [] : [{ field: fieldOf(path), issue: 'holds a character that cannot be stored' }];
  const missing = needed
    .filter(({ optional }) => !optional)
    .flatMap(({ path: needs, output, by }) => missingProblem(outputs, needs, { output, by }));
  return [...named, ...stored, ...uniqueFields(missing)].slice(0, MAX_PROBLEMS);
};

const fieldOf = (path: string): string => (path === '' ? 'outputs' : `outputs.${path}`);

const sizeProblem = (outputs: JsonObject): string | undefined => {
  if (isDeeper(outputs, MAX_DEPTH)) return `is nested more than ${MAX_DEPTH} deep`;
  if (Object.keys(outputs).length > MAX_NAMES) return `has more than ${MAX_NAMES} names`;
  const bytes = Buffer.byteLength(JSON.stringify(outputs));
  return bytes > MAX_BYTES ? `is larger than ${MAX_BYTES / 1_024} KiB` : undefined;
};

/** Level by level: what is nested thousands deep must not be walked by calls within calls. */
const isDeeper = (value: Json, limit: number): boolean => {
  let level: readonly Json[] = [value];
  for (let depth = 0; depth <= limit; depth += 1) {
    level = level.flatMap((one) => (typeof one === 'object' && one !== null ? Object.values(one as JsonObject) : []));
    if (level.length === 0) return false;
  }
  return true;
};

const nameProblems = (name: string): readonly OutputProblem[] =>
  name === '' || name.length > MAX_NAME_LENGTH || name === '__proto__'
    ? [{ field: fieldOf(name.slice(0, MAX_NAME_LENGTH)), issue: 'is no name for an output' }]
    : [];

const missingProblem = (
  outputs: JsonObject,
  path: readonly string[],
  { output, by }: Pick<NeededOutput, 'output' | 'by'>,
): readonly OutputProblem[] => {
  const value = valueAt(outputs, path);
  return value === undefined || value === null
    ? [{ field: fieldOf(output), issue: `is missing: task ${by} reads it` }]
    : [];
};

const valueAt = (value: Json | undefined, path: readonly string[]): Json | undefined =>
  path.reduce<Json | undefined>((at, key) => {
    if (Array.isArray(at)) return (at as readonly Json[])[Number(key)];
    return at !== undefined && isJsonObject(at) && Object.hasOwn(at, key) ? at[key] : undefined;
  }, value);

const uniqueFields = (problems: readonly OutputProblem[]): readonly OutputProblem[] =>
  [...new Map(problems.toReversed().map((problem) => [problem.field, problem])).values()].toReversed();
