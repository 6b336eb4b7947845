import { diffDocuments } from '@pao/catalog-tools';
import { type CatalogDocument, type DocumentResult, type Finding, parseDocument } from '@pao/documents';
import type { Changes } from './git.ts';

/** Documents that changed by more than their version number tells, compared with the text they had at the base. */
export const unraisedVersions = (results: readonly DocumentResult[], { before }: Changes): readonly Finding[] => {
  const old = new Map<string, CatalogDocument>();
  for (const text of before) {
    const { document } = parseDocument(text, { path: 'before' });
    if (document !== undefined) old.set(document.metadata.id, document);
  }
  return results.flatMap(({ document, source }) => {
    const earlier = document && old.get(document.metadata.id);
    if (document === undefined || earlier === undefined || source === undefined) return [];
    const { needs, versionRight, form } = diffDocuments(earlier, document);
    if (versionRight) return [];
    const why = form.find(({ breaking }) => needs !== 'major' || breaking);
    const reason = why === undefined ? 'it has changed' : `\`${why.field}\` ${why.message}`;
    const found = source.finding('VERSION_NOT_SEMVER', ['metadata', 'version'], '');
    return [
      {
        ...found,
        code: 'VERSION_NOT_RAISED',
        severity: 'warning' as const,
        message: `The version was ${earlier.metadata.version} and is ${document.metadata.version}, but ${reason}.`,
        hint: `raise the ${needs} version`,
      },
    ];
  });
};
