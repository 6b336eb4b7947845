import type { Fixture, GoldenInput } from '@pao/catalog-tools';
import type { Finding } from '@pao/documents';
import { type Listing, listDocuments } from './list.ts';
import { readCatalogFile } from './read-file.ts';

/** What a catalog repository keeps below `tests/`. */
export interface CatalogTests {
  readonly golden: readonly GoldenInput[];
  readonly fixtures: readonly Fixture[];
  readonly refused: readonly Finding[];
  /** Where a file lies on this machine. */
  readonly locationOf: (path: string) => string | undefined;
}

const EXPECTED = /\.expected\.ya?ml$/i;

/** Reads `tests/**.test.yaml`, `tests/valid` and `tests/invalid`; what `isSelected` does not accept is left unread. */
export const readCatalogTests = async (
  root: string,
  isSelected: (path: string) => boolean = () => true,
): Promise<CatalogTests> => {
  const listing = await listDocuments(root, ['tests']);
  const { texts, refused } = await readListed(listing, isSelected);
  const golden = [...texts].filter(([path]) => /\.test\.ya?ml$/i.test(path)).map(([path, text]) => ({ path, text }));
  const fixtures = [...texts]
    .filter(([path]) => /^tests\/(valid|invalid)\//.test(path) && !EXPECTED.test(path))
    .map(([path, text]): Fixture => fixtureOf(path, text, texts));
  const locations = new Map(listing.files.map(({ path, location }) => [path, location]));
  return { golden, fixtures, refused, locationOf: (path) => locations.get(path) };
};

const readListed = async (listing: Listing, isSelected: (path: string) => boolean) => {
  const texts = new Map<string, string>();
  const refused: Finding[] = [...listing.refused];
  for (const { path, location } of listing.files) {
    if (!isSelected(path) && !isSelected(path.replace(EXPECTED, '.yaml'))) continue;
    const read = await readCatalogFile(path, location);
    if (read.ok) texts.set(path, read.value.text);
    else refused.push(read.error);
  }
  return { texts, refused };
};

const fixtureOf = (path: string, text: string, texts: ReadonlyMap<string, string>): Fixture => {
  const stem = path.replace(/\.ya?ml$/i, '');
  const name = stem.slice(stem.lastIndexOf('/') + 1);
  if (path.startsWith('tests/valid/')) return { path, name, text };
  // Without a list of what is expected nothing is: the fixture then fails with every finding it has.
  return {
    path,
    name,
    text,
    expected: texts.get(`${stem}.expected.yaml`) ?? texts.get(`${stem}.expected.yml`) ?? '[]',
  };
};
