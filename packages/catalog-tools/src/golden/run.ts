import { type CatalogDocument, type CatalogItem, parseYaml } from '@pao/documents';
import type { JsonObject } from '@pao/kernel';
import { rehearse } from '../rehearse/rehearse.ts';
import { compareJson, type Difference } from './compare.ts';
import { expectationOf } from './expectation.ts';
import { type GoldenTest, readGoldenFile } from './test-file.ts';

export interface GoldenResult {
  readonly name: string;
  readonly passed: boolean;
  /** Nothing was recorded yet to compare with. */
  readonly unrecorded: boolean;
  readonly differences: readonly Difference[];
  /** What the document makes of the input now. */
  readonly actual: JsonObject;
}

export interface GoldenReport {
  readonly path: string;
  /** Id of the document; absent when the file can't be read. */
  readonly document?: string;
  /** Why no test of the file could run. */
  readonly broken?: string;
  readonly results: readonly GoldenResult[];
}

export interface GoldenInput {
  readonly path: string;
  readonly text: string;
}

/** Runs the tests of one file against the documents of a catalog. */
export const runGoldenFile = (
  { path, text }: GoldenInput,
  documents: ReadonlyMap<string, CatalogDocument>,
): GoldenReport => {
  const yaml = parseYaml(text);
  if (!yaml.ok) return { path, broken: `${yaml.error.line}:${yaml.error.column}: ${yaml.error.message}`, results: [] };
  const file = readGoldenFile(yaml.value);
  if (!file.ok) return { path, broken: file.error, results: [] };
  const { document: id, tests } = file.value;
  const document = documents.get(id);
  if (!document) {
    return { path, document: id, broken: `the catalog has no valid document \`${id}\``, results: [] };
  }
  return { path, document: id, results: tests.map((one) => runTest(one, document, documents)) };
};

const runTest = (
  { name, input, mode, system, results, expect }: GoldenTest,
  document: CatalogDocument,
  documents: ReadonlyMap<string, CatalogDocument>,
): GoldenResult => {
  const items = { get: (id: string) => itemOf(documents.get(id)) };
  const options = { items, input, system, results: results as Readonly<Record<string, JsonObject>> };
  const rehearsed = rehearse(document, mode === undefined ? options : { ...options, mode });
  const actual = expectationOf(rehearsed);
  const unknown = rehearsed.ok ? unknownSteps(results, rehearsed.value.steps) : [];
  const differences = [...unknown, ...(expect === undefined ? [] : compareJson(expect, actual))];
  const unrecorded = expect === undefined;
  return { name, passed: !unrecorded && differences.length === 0, unrecorded, differences, actual };
};

const itemOf = (document: CatalogDocument | undefined): CatalogItem | undefined =>
  document?.kind === 'CatalogItem' ? document : undefined;

/** An answer to a step that does not exist is a typing error that would go unnoticed. */
const unknownSteps = (results: JsonObject, steps: readonly { readonly id: string }[]): readonly Difference[] =>
  Object.keys(results)
    .filter((step) => !steps.some(({ id }) => id === step))
    .map((step) => ({
      path: `results.${step}`,
      expected: `one of ${steps.map(({ id }) => id).join(', ')}`,
      actual: step,
    }));
