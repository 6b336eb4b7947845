import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseYaml, writeYaml } from '@pao/documents';
import type { Json } from '@pao/kernel';

const STARTER = fileURLToPath(new URL('../../packages/catalog-starter/repository/', import.meta.url));

interface Metadata {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly version: string;
  readonly category: string;
}

interface Document {
  readonly kind: string;
  readonly metadata: Metadata;
}

const WORDS = 'north south east west blue green amber silver swift quiet shared private edge core spare prime'.split(
  ' ',
);

const word = (seed: number): string => WORDS[seed % WORDS.length] ?? '';

const readDocument = (text: string): Document => {
  const read = parseYaml(text);
  if (!read.ok) throw new Error(read.error.message);
  return read.value as unknown as Document;
};

/** The YAML files below a folder, in the order of their paths. */
export const listYaml = async (folder: string): Promise<readonly string[]> =>
  (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.yaml')).toSorted();

/** Items and bundles of the starter catalog. */
const readStarter = async (folder: 'catalog' | 'bundles' | 'templates'): Promise<readonly Document[]> => {
  const names = await listYaml(join(STARTER, folder));
  const texts = await Promise.all(names.map((name) => readFile(join(STARTER, folder, name), 'utf8')));
  return texts.map(readDocument);
};

/** A copy that differs in name, description, version, owner and tags. */
const varied = ({ metadata, ...document }: Document, id: string | undefined, number: number): Document => {
  const about = `${word(number)} ${word(Math.floor(number / 7))} ${word(Math.floor(number / 49))}`;
  const description = `${metadata.description.trim().slice(0, 420)} For the ${about} zone ${number}.`;
  return {
    ...document,
    metadata: {
      ...metadata,
      ...(id !== undefined && { id }),
      name: `${metadata.name} ${about} ${number}`,
      description,
      version: `2.${number % 10}.0`,
      owner: { team: `team-${number % 40}`, contact: `team-${number % 40}@example.com` },
      tags: [word(number), word(number + 5), `zone-${number % 100}`],
    } as Metadata,
  };
};

export interface GeneratedCatalog {
  readonly folder: string;
  /** Gives the first item a new description; answers a word that only its new text holds. */
  readonly change: () => Promise<string>;
}

/** Documents name one another and themselves, in references and in expressions: all of them become names of copies. */
const createRenaming = (items: readonly Document[]) => {
  const latest = new Map(items.map(({ metadata }, index) => [metadata.id, index]));
  const ids = new RegExp(`(?<![\\w-])(?:${[...latest.keys()].join('|')})(?![\\w-])`, 'g');
  return {
    /** From now on the copy with this number is meant. */
    use: (id: string, number: number) => latest.set(id, number),
    rename: (document: Document): Document =>
      JSON.parse(JSON.stringify(document).replaceAll(ids, (id) => `${id}-${latest.get(id)}`)) as Document,
  };
};

/** What documents are made of: the starter's items and bundles (7.5 KiB each), or its templates, which are half as large. */
export type DocumentKind = 'full' | 'small';

const readOriginals = async (kind: DocumentKind) => {
  if (kind === 'full') return { items: await readStarter('catalog'), bundles: await readStarter('bundles') };
  const items = (await readStarter('templates')).filter((document) => document.kind === 'CatalogItem');
  return { items, bundles: [] };
};

/** Writes a catalog of so many documents, each twentieth a bundle of the items before it. */
export const writeCatalog = async (
  folder: string,
  count: number,
  kind: DocumentKind = 'full',
): Promise<GeneratedCatalog> => {
  const { items, bundles } = await readOriginals(kind);
  const [first] = items;
  if (!first) throw new Error('the starter catalog is empty');
  const { use, rename } = createRenaming(items);
  for (const category of new Set(items.map(({ metadata }) => metadata.category)))
    await mkdir(join(folder, 'catalog', category), { recursive: true });
  await mkdir(join(folder, 'bundles'), { recursive: true });

  const write = async (number: number, document: Document): Promise<void> => {
    const { kind, metadata } = document;
    const place = kind === 'CatalogItem' ? `catalog/${metadata.category}` : 'bundles';
    const text = writeYaml(document as unknown as Json);
    await writeFile(join(folder, place, `generated-${number}.yaml`), text);
  };
  for (let number = 0; number < count; number += 1) {
    // Bundles only once each item has a copy that they can refer to.
    const isBundle = bundles.length > 0 && number % 20 === 19 && number > items.length;
    const from = isBundle ? bundles[number % bundles.length] : items[number % items.length];
    if (!from) continue;
    if (!isBundle) use(from.metadata.id, number);
    await write(number, varied(rename(from), isBundle ? `${from.metadata.id}-${number}` : undefined, number));
  }

  const original = varied(createRenaming(items).rename(first), undefined, 0);
  let changes = 0;
  const change = async (): Promise<string> => {
    changes += 1;
    const marker = `marker${count}x${changes}`;
    const description = `${original.metadata.description.slice(0, 300)} ${marker}`;
    await write(0, { ...original, metadata: { ...original.metadata, description, version: `9.${changes}.0` } });
    return marker;
  };
  return { folder, change };
};
