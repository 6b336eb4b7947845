import { readFileSync } from 'node:fs';
import { type CatalogItem, parseDocument } from '@pao/documents';
import type { ExecutionContext } from 'ava';
import type { Target } from './document.ts';
import type { Conversion } from './draft.ts';
import { type Imported, settle } from './settle.ts';

export const fixture = (name: string): string => readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8');

const TARGET: Target = { id: 'imported-some-thing', category: 'imported', project: 'WEB' };

export interface Read extends Imported {
  readonly item: CatalogItem;
  /** `path: what`, of what is not in the document. */
  readonly leftOut: readonly string[];
  readonly changed: readonly string[];
}

/** The document of a conversion, read again from its text: it is valid, and its comment says what it lacks. */
export const imported = (t: ExecutionContext, conversion: Conversion): Read => {
  const settled = settle(conversion, TARGET);
  if (!settled.ok) throw new Error(settled.error.message);
  const { document, findings } = parseDocument(settled.value.text, { path: settled.value.path });
  t.deepEqual(
    findings.filter(({ severity }) => severity === 'error'),
    [],
  );
  for (const { path, what } of settled.value.remarks)
    t.true(settled.value.text.includes(`# - ${path} — ${what} — `), what);
  const of = (kind: string): readonly string[] =>
    settled.value.remarks.filter((remark) => remark.kind === kind).map(({ path, what }) => `${path}: ${what}`);
  return { ...settled.value, item: document as CatalogItem, leftOut: of('left-out'), changed: of('changed') };
};
