import type { Mode } from '@pao/documents';
import { err, isJsonObject, type Json, type JsonObject, ok, type Result } from '@pao/kernel';

/** One `tests/*.test.yaml`: what a document makes of given inputs. */
export interface GoldenFile {
  /** Id of the item or bundle. */
  readonly document: string;
  readonly tests: readonly GoldenTest[];
}

export interface GoldenTest {
  readonly name: string;
  readonly input: Json;
  readonly mode?: Mode;
  readonly system: JsonObject;
  /** Mocked answers by step: an action's id, in a bundle `<component>.<action id>`. */
  readonly results: JsonObject;
  /** Absent until it was recorded. */
  readonly expect?: JsonObject;
}

const FILE_KEYS = new Set(['document', 'tests']);
const TEST_KEYS = new Set(['name', 'input', 'mode', 'system', 'results', 'expect']);
const EXPECT_KEYS = new Set(['actions', 'errors']);
const MAX_TESTS = 1_000;

/** Reads the content of a test file; the error names the place and what belongs there. */
export const readGoldenFile = (value: Json): Result<GoldenFile, string> => {
  if (!isJsonObject(value)) return err('a test file is a mapping with `document` and `tests`');
  const stranger = strangeKey(value, FILE_KEYS);
  if (stranger !== undefined) return err(`\`${stranger}\` is not a key of a test file; it has document and tests`);
  const { document, tests } = value;
  if (typeof document !== 'string' || document === '') return err('`document` must be the id of an item or a bundle');
  if (!Array.isArray(tests) || tests.length === 0) return err('`tests` must be a list of at least one test');
  if (tests.length > MAX_TESTS) return err(`\`tests\` has more than ${MAX_TESTS} entries; split the file`);
  const read: GoldenTest[] = [];
  for (const [index, entry] of tests.entries()) {
    const test = readTest(entry as Json, `tests[${index}]`);
    if (!test.ok) return test;
    if (read.some(({ name }) => name === test.value.name)) {
      return err(`tests[${index}].name: another test is called ${JSON.stringify(test.value.name)}`);
    }
    read.push(test.value);
  }
  return ok({ document, tests: read });
};

const readTest = (value: Json, at: string): Result<GoldenTest, string> => {
  if (!isJsonObject(value)) return err(`${at} must be a mapping with name, input and expect`);
  const stranger = strangeKey(value, TEST_KEYS);
  if (stranger !== undefined) {
    return err(`${at}.${stranger} is not a key of a test; it has ${[...TEST_KEYS].join(', ')}`);
  }
  const { name, input, mode, system = {}, results = {}, expect } = value;
  if (typeof name !== 'string' || name.trim() === '') return err(`${at}.name must be a text`);
  if (input === undefined) return err(`${at}.input is missing`);
  if (mode !== undefined && mode !== 'manual' && mode !== 'automatic') {
    return err(`${at}.mode must be manual or automatic`);
  }
  if (!isJsonObject(system)) return err(`${at}.system must be a mapping`);
  if (!isJsonObject(results)) return err(`${at}.results must be a mapping of steps to answers`);
  const broken = expect === undefined ? undefined : brokenExpectation(expect, `${at}.expect`);
  if (broken !== undefined) return err(broken);
  return ok({
    name,
    input,
    system,
    results,
    ...(mode !== undefined && { mode }),
    ...(isJsonObject(expect) && { expect }),
  });
};

const brokenExpectation = (expect: Json, at: string): string | undefined => {
  if (!isJsonObject(expect)) return `${at} must be a mapping with actions or errors`;
  const stranger = strangeKey(expect, EXPECT_KEYS);
  if (stranger !== undefined) return `${at}.${stranger} is not known; it has actions or errors`;
  const { actions, errors } = expect;
  if ((actions === undefined) === (errors === undefined)) return `${at} has either actions or errors`;
  const list = actions ?? errors;
  return Array.isArray(list) && list.every(isJsonObject) ? undefined : `${at} must hold a list of mappings`;
};

const strangeKey = (value: JsonObject, known: ReadonlySet<string>): string | undefined =>
  Object.keys(value).find((key) => !known.has(key));
