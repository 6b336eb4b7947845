import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { codesPage } from './codes/page.ts';
import { commonTypes } from './schema/common-types.ts';
import { catalogBundle, catalogItem } from './schema/documents.ts';
import { published, toDraft07 } from './schema/draft-07.ts';
import type { JsonSchema } from './schema/json-schema.ts';

const ROOT = new URL('../../../', import.meta.url);

const SCHEMAS: { readonly [name: string]: JsonSchema } = {
  'common-types': commonTypes,
  'catalog-item': catalogItem,
  'catalog-bundle': catalogBundle,
};

const json = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;

/** Every file that is made from this package's sources, by its path in the repository. */
export const generatedFiles = (): ReadonlyMap<string, string> =>
  new Map([
    ...Object.entries(SCHEMAS).flatMap(([name, schema]): [string, string][] => [
      [`contracts/catalog/${name}.json`, json(published(schema))],
      [`contracts/catalog/draft-07/${name}.json`, json(toDraft07(schema))],
    ]),
    ['docs/reference/validation-codes.md', codesPage()],
  ]);

export const fileUrl = (path: string): URL => new URL(path, ROOT);

if (import.meta.main) {
  for (const [path, text] of generatedFiles()) {
    const url = fileUrl(path);
    await mkdir(dirname(url.pathname), { recursive: true });
    await writeFile(url, text);
  }
}
