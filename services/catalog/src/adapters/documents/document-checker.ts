import { hash } from 'node:crypto';
import {
  type CatalogDocument,
  type CatalogResult,
  type DocumentResult,
  type ServedPool,
  validateCatalog,
} from '@pao/documents';
import { canonicalJson } from '@pao/kernel';
import type { Finding } from '../../core/domain/finding.ts';
import type { BrokenFile } from '../../core/domain/sync-plan.ts';
import type { SourceFile } from '../../core/ports/catalog-source.ts';
import type { DocumentChecker, OfferedDocument } from '../../core/ports/document-checker.ts';
import { createFileMemory, type ParsedFile } from './file-memory.ts';

const toFinding = (finding: CatalogResult['findings'][number]): Finding => {
  const { path, line, column, severity, code, message, hint } = finding;
  return { path, line, column, severity, code, message, ...(hint !== undefined && { hint }) };
};

const toBroken = ({ result: { path, id } }: ParsedFile): BrokenFile => (id === undefined ? { path } : { path, id });

/** The offered version of a file that broke, for the checks of the others. What is stored is a typed document. */
const standIn = ({ path, document }: OfferedDocument): DocumentResult => {
  const typed = document as unknown as CatalogDocument;
  return { path, id: typed.metadata.id, kind: typed.kind, document: typed, findings: [] };
};

const checkTogether = (parsed: readonly ParsedFile[], offered: readonly OfferedDocument[]): CatalogResult => {
  const good = new Set(parsed.flatMap(({ document }) => document?.id ?? []));
  const standIns = offered.map(standIn).filter(({ id = '' }) => !good.has(id));
  const replaced = new Set(standIns.map(({ path }) => path));
  const results = parsed.map(({ result }) => result).filter(({ path }) => !replaced.has(path));
  return validateCatalog([...results, ...standIns]);
};

const none = (): readonly ServedPool[] => NO_POOLS;
const NO_POOLS: readonly ServedPool[] = [];

const rulesOf = (rules: string, served: readonly ServedPool[]): string =>
  served.length === 0 ? rules : `${rules}+${hash('sha256', canonicalJson(served)).slice(0, 16)}`;

/**
 * Checks with `@pao/documents`. What was parsed once is not parsed again; between two documents others get their turn, since a
 * large catalog takes seconds.
 * @param served what other teams' executors serve; the same array as long as nothing has changed.
 * @param rules names the version of the checks, so that a newer one judges again what an older one has judged.
 */
export const createDocumentChecker = (rules: string, served: () => readonly ServedPool[] = none): DocumentChecker => {
  let known = served();
  let memory = createFileMemory(known);

  /** Other announcements are other rules. */
  const renew = (): void => {
    if (known === served()) return;
    known = served();
    memory = createFileMemory(known);
  };

  const parseAll = async (files: readonly SourceFile[]): Promise<readonly ParsedFile[]> => {
    renew();
    memory.keepOnly(files);
    const parsed: ParsedFile[] = [];
    let shrinking = Promise.resolve();
    for (const file of files) {
      const one = memory.open(file);
      parsed.push(one);
      if (!one.fresh) continue;
      // One is made small while the next is parsed; to wait for it also gives others their turn.
      await shrinking;
      shrinking = memory.shrink(file);
    }
    await shrinking;
    return parsed;
  };

  return {
    get rules() {
      return rulesOf(rules, served());
    },
    check: async (files, offeredOf) => {
      const parsed = await parseAll(files);
      const alone = parsed.filter(({ document }) => !document);
      const together = checkTogether(parsed, await offeredOf(alone.map(toBroken)));
      const own = parsed.flatMap(({ result }) => result.findings);
      const seen = new Set(together.findings.map(({ path }) => path));
      const findings = [...together.findings, ...own.filter(({ path }) => !seen.has(path))].map(toFinding);
      const passed = new Set(together.documents.map(({ path }) => path));
      return {
        documents: parsed.flatMap(({ document }) => (document && passed.has(document.path) ? document : [])),
        broken: parsed.filter(({ document, result }) => !document || !passed.has(result.path)).map(toBroken),
        findings,
      };
    },
  };
};
