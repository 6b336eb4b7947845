import type { DocumentDescription } from './describe.ts';
import { code, plain, table } from './escape.ts';

/** The page that leads to the pages of all documents, which lie beside it as `<id>.md`. */
export const indexMarkdown = (descriptions: readonly DocumentDescription[]): string => {
  const byCategory = Map.groupBy(
    descriptions.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    ({ kind, category }) => (kind === 'CatalogBundle' ? 'bundles' : (category ?? 'other')),
  );
  const sections = [...byCategory]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([category, documents]) => `## ${plain(category)}\n\n${table(HEAD, documents.map(row))}`);
  return `${['# Catalog', ...sections].join('\n\n')}\n`;
};

const HEAD = ['Name', 'Id', 'Version', 'Owner', 'What it is'];

const row = ({ id, name, version, owner, codeowners, description, deprecation }: DocumentDescription): string[] => [
  `[${plain(name)}](${encodeURIComponent(id)}.md)`,
  code(id),
  code(version),
  owner === undefined ? codeowners.map(plain).join(', ') : plain(owner.team),
  `${deprecation === undefined ? '' : '**Deprecated.** '}${plain(description)}`,
];
