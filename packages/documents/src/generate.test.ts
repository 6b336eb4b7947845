import { readFile } from 'node:fs/promises';
import { Ajv } from 'ajv';
import test from 'ava';
import { frameExample } from './codes/frames.ts';
import { CODES } from './codes.ts';
import { fileUrl, generatedFiles } from './generate.ts';
import { parseDocument } from './parse.ts';
import { commonTypes } from './schema/common-types.ts';
import { catalogBundle, catalogItem } from './schema/documents.ts';
import { toDraft07 } from './schema/draft-07.ts';

for (const [path, text] of generatedFiles()) {
  test(`${path} is what the sources say`, async (t) => {
    t.is(await readFile(fileUrl(path), 'utf8'), text, 'run: npm run generate -w @pao/documents');
  });
}

test('the draft-07 copies need no other file, and give the verdict of the schemas they are copies of', (t) => {
  const ajv = new Ajv({ strict: false, formats: { date: true }, allErrors: false });
  const validators = {
    CatalogItem: ajv.compile(toDraft07(catalogItem)),
    CatalogBundle: ajv.compile(toDraft07(catalogBundle)),
  };
  t.notThrows(() => ajv.compile(toDraft07(commonTypes)));
  for (const { frame, bad, good } of Object.values(CODES)) {
    for (const snippet of [bad, good]) {
      const { source, kind, document, links } = parseDocument(frameExample(frame, snippet).text, { path: 'x.yaml' });
      if (source === undefined || kind === undefined) continue;
      const accepted = document !== undefined || links !== undefined;
      t.is(validators[kind](source.value), accepted, snippet);
    }
  }
});
