import type { CatalogDocument, Metadata } from '../document.ts';
import { eachText } from '../pointer.ts';
import type { Report } from './report.ts';

const DESCRIPTION = { min: 50, max: 500 };

/** What the schema cannot say about `metadata`. `path` is the file's. */
export const checkMetadata = (document: CatalogDocument, path: string, report: Report): void => {
  const { metadata } = document;
  const { length } = metadata.description;
  if (length < DESCRIPTION.min || length > DESCRIPTION.max) {
    const wanted = `${DESCRIPTION.min} to ${DESCRIPTION.max} characters`;
    report('DESCRIPTION_LENGTH', ['metadata', 'description'], `The description has ${length} characters.`, {
      hint: wanted,
    });
  }
  if (metadata.owner === undefined) {
    report('OWNER_MISSING', ['metadata', 'owner'], 'No owner is named; CODEOWNERS decides.', {
      hint: 'owner: { team: …, contact: … }',
    });
  }
  eachText(metadata, ['metadata'], (text, at) => {
    if (text.includes('{{'))
      report('METADATA_TEMPLATED', at, 'Metadata is constant; variables are not filled in here.');
  });
  checkFolder(document, path, report);
  if (document.kind === 'CatalogItem') checkId(document.metadata, report);
};

const checkFolder = (document: CatalogDocument, path: string, report: Report): void => {
  const [, root, rest = ''] = /(?:^|\/)(catalog|bundles)\/(.+)$/.exec(path) ?? [];
  if (root === undefined) return;
  const bundle = document.kind === 'CatalogBundle';
  if (bundle !== (root === 'bundles')) {
    const place = bundle ? 'bundles/' : 'catalog/<category>/';
    report('FILE_MISPLACED', ['kind'], `A ${document.kind} does not belong in ${root}/.`, {
      hint: `move it to ${place}`,
    });
    return;
  }
  const folders = rest.split('/').slice(0, -1);
  const { category } = document.metadata;
  if (!bundle && (folders.length !== 1 || folders[0] !== category)) {
    const folder = folders.length === 0 ? 'catalog' : folders.join('/');
    report(
      'CATEGORY_NOT_FOLDER',
      ['metadata', 'category'],
      `The category \`${category}\` is not the folder \`${folder}\`.`,
      {
        hint: folders.length === 1 ? `category: ${folder}` : 'a file lies in catalog/<category>/',
      },
    );
  }
};

const checkId = ({ id, category = '' }: Metadata, report: Report): void => {
  const segments = id.split('-');
  if (segments.length < 3) {
    report('ID_SEGMENTS', ['metadata', 'id'], `The id \`${id}\` is not {category}-{service}-{variant}.`);
  } else if (!sameStem(segments[0] ?? '', category)) {
    report('ID_NOT_CATEGORY', ['metadata', 'id'], `The id \`${id}\` does not start with its category \`${category}\`.`);
  }
};

// databases/database-…, networking/network-…, messaging/message-…: inflection is no difference.
const STEM = 5;
const sameStem = (word: string, category: string): boolean =>
  category.startsWith(word) || (word.length >= STEM && category.slice(0, STEM) === word.slice(0, STEM));
