import {
  type CatalogFile,
  type DocumentResult,
  type Finding,
  parseDocument,
  parseYaml,
  validateCatalog,
} from '@pao/documents';
import { isJsonObject, type Json } from '@pao/kernel';

/** A document that a catalog keeps to show what its checks accept or refuse. */
export interface Fixture extends CatalogFile {
  /** Name of the case. */
  readonly name: string;
  /** Text of `<case>.expected.yaml`; absent for a document that must be valid. */
  readonly expected?: string;
}

export interface FixtureResult {
  readonly path: string;
  readonly passed: boolean;
  /** What differs, for people. */
  readonly problems: readonly string[];
}

/** Judges a fixture as if it stood in its place among the other documents of the catalog. */
export const runFixture = (fixture: Fixture, catalog: readonly DocumentResult[]): FixtureResult => {
  const findings = judge(fixture, catalog);
  const problems = fixture.expected === undefined ? findings.map(describe) : compare(findings, fixture.expected);
  return { path: fixture.path, passed: problems.length === 0, problems };
};

const judge = ({ name, text }: Fixture, catalog: readonly DocumentResult[]): readonly Finding[] => {
  const path = placeOf(name, text);
  const own = parseDocument(text, { path });
  const others = catalog.filter(({ id, path: other }) => other !== path && (id === undefined || id !== own.id));
  return validateCatalog([own, ...others]).findings.filter((finding) => finding.path === path);
};

const placeOf = (name: string, text: string): string => {
  const read = parseYaml(text);
  const metadata = read.ok && isJsonObject(read.value) ? read.value.metadata : undefined;
  const category = isJsonObject(metadata) ? metadata.category : undefined;
  if (read.ok && isJsonObject(read.value) && read.value.kind === 'CatalogBundle') return `bundles/${name}.yaml`;
  return `catalog/${typeof category === 'string' ? category : 'unknown'}/${name}.yaml`;
};

const describe = ({ code, line, message }: Finding): string => `line ${line}: ${code} ${message}`;

interface Expected {
  readonly code: string;
  readonly line?: number;
}

const compare = (findings: readonly Finding[], expected: string): readonly string[] => {
  const read = parseYaml(expected);
  if (!read.ok) return [`the expected findings can't be read: line ${read.error.line}: ${read.error.message}`];
  const list = readExpected(read.value);
  if (list === undefined) return ['the expected findings must be a list of { code, line }'];
  const left = [...findings];
  const missing: string[] = [];
  for (const wanted of list) {
    const at = left.findIndex(({ code, line }) => code === wanted.code && (wanted.line ?? line) === line);
    if (at === -1)
      missing.push(`not found: ${wanted.code}${wanted.line === undefined ? '' : ` in line ${wanted.line}`}`);
    else left.splice(at, 1);
  }
  return [...missing, ...left.map((finding) => `not expected: ${describe(finding)}`)];
};

const readExpected = (value: Json): readonly Expected[] | undefined => {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const read: Expected[] = [];
  for (const entry of value as readonly Json[]) {
    if (!isJsonObject(entry) || typeof entry.code !== 'string') return undefined;
    if (entry.line !== undefined && typeof entry.line !== 'number') return undefined;
    read.push({ code: entry.code, ...(entry.line !== undefined && { line: entry.line }) });
  }
  return read;
};
