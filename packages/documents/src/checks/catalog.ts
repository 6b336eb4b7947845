import type { CatalogItem } from '../document.ts';
import type { Finding } from '../finding.ts';
import { didYouMean } from '../near.ts';
import type { DocumentResult } from '../parse.ts';
import { checkBundle, type Surroundings } from './bundle-components.ts';
import { collect, type Report } from './report.ts';

/** Checks that need more than one document. Findings of each document on its own are not repeated. */
export const checkTogether = (results: readonly DocumentResult[]): readonly Finding[] => {
  const around = surroundingsOf(results);
  return [...checkUnique(results), ...results.flatMap((result) => checkOne(result, around))];
};

const surroundingsOf = (results: readonly DocumentResult[]): Surroundings => {
  const items = new Map<string, CatalogItem>();
  const kinds = new Map<string, string>();
  const links = new Map<string, DocumentResult['links']>();
  for (const { id, kind, document, links: own } of results) {
    if (id === undefined || kind === undefined) continue;
    kinds.set(id, kind);
    links.set(id, own);
    if (document?.kind === 'CatalogItem') items.set(id, document);
  }
  return { items, kinds, linksOf: (id) => links.get(id) ?? [] };
};

const checkUnique = (results: readonly DocumentResult[]): readonly Finding[] => {
  const byId = Map.groupBy(
    results.filter((result) => result.id !== undefined),
    (result) => result.id,
  );
  return [...byId.values()]
    .filter((same) => same.length > 1)
    .flatMap((same) =>
      same.flatMap(({ source, id, path }) => {
        const others = same.map((other) => other.path).filter((other) => other !== path);
        const message = `The id \`${id}\` is also that of ${others.join(', ')}.`;
        return source === undefined ? [] : [source.finding('ID_NOT_UNIQUE', ['metadata', 'id'], message)];
      }),
    );
};

const checkOne = (result: DocumentResult, around: Surroundings): readonly Finding[] => {
  const { source, document } = result;
  if (source === undefined || document === undefined) return [];
  const { findings, report } = collect(source);
  checkReplacement(result, around, report);
  if (document.kind === 'CatalogBundle') checkBundle(document, around, report);
  else checkForeignConstants(result, around, report);
  return findings;
};

const checkReplacement = ({ document, id }: DocumentResult, { kinds }: Surroundings, report: Report): void => {
  const replacedBy = document?.deprecation?.replacedBy;
  if (replacedBy === undefined || replacedBy === id || kinds.has(replacedBy)) return;
  report('REPLACEMENT_UNKNOWN', ['deprecation', 'replacedBy'], `There is no \`${replacedBy}\`.`, {
    hint: didYouMean(replacedBy, kinds.keys()),
  });
};

const checkForeignConstants = (
  { links = [] }: DocumentResult,
  { items, kinds }: Surroundings,
  report: Report,
): void => {
  for (const { namespace, names, path, written } of links) {
    if (namespace !== 'metadata') continue;
    const [id = '', key] = names;
    const item = items.get(id);
    if (item === undefined && !kinds.has(id)) {
      const hint = didYouMean(id, kinds.keys());
      report('TEMPLATE_METADATA_UNKNOWN', path, `There is no item \`${id}\`.`, { within: written, hint });
    } else if (item !== undefined && key !== undefined && !Object.hasOwn(item.metadata, key)) {
      const hint = didYouMean(key, Object.keys(item.metadata));
      report('TEMPLATE_METADATA_UNKNOWN', path, `The item \`${id}\` has no constant \`${key}\`.`, {
        within: written,
        hint,
      });
    } else {
      report('METADATA_OF_OTHER_ITEM', path, `\`${id}\` takes part only in a bundle that has both.`, {
        within: written,
      });
    }
  }
};
