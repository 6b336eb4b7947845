import { type Codeowners, parseCodeowners, teamOf } from '@pao/documents';
import type { CheckedDocument } from './document.ts';
import type { Finding } from './finding.ts';
import type { Verdict } from './sync-plan.ts';

export interface CategoryOwners {
  readonly category: string;
  /** In the order of CODEOWNERS. */
  readonly owners: readonly string[];
}

/** Who owns what of a snapshot, where the documents do not say it themselves. */
export interface Ownership {
  readonly documents: readonly CheckedDocument[];
  readonly categories: readonly CategoryOwners[];
  readonly findings: readonly Finding[];
}

interface OwnersFile {
  readonly path: string;
  readonly text: string;
  readonly root: string;
}

/** Stands for every document of a folder: no rule about certain names matches it. */
const ANY_DOCUMENT = '\uE000.yaml';

/** Lines that are listed: a file may be wrong throughout. */
const MAX_FINDINGS = 100;

const folderOf = (category: string): string => (category === 'bundles' ? 'bundles' : `catalog/${category}`);

/** The category a file lies in. */
const categoryAt = (path: string): string | undefined => {
  const [top, category, file] = path.split('/');
  if (top === 'bundles') return 'bundles';
  return top === 'catalog' && file !== undefined ? category : undefined;
};

const findingsOf = ({ path }: OwnersFile, { problems }: Codeowners): readonly Finding[] =>
  problems.slice(0, MAX_FINDINGS).map(({ line, column, message }) => ({
    path,
    line,
    column,
    severity: 'warning',
    code: 'CODEOWNERS_LINE',
    message: `This line has no effect. ${message}`,
  }));

/** A document that names no owner has the first of those CODEOWNERS names for its file. */
export const applyOwners = ({ documents, broken }: Verdict, file: OwnersFile | null): Ownership => {
  if (!file) return { documents, categories: [], findings: [] };
  const codeowners = parseCodeowners(file.text);
  const ownersOf = (path: string): readonly string[] =>
    codeowners.ownersOf(file.root === '' ? path : `${file.root}/${path}`).map(teamOf);

  const owned = (document: CheckedDocument): CheckedDocument => {
    const [team] = document.owner ? [] : ownersOf(document.path);
    return team === undefined ? document : { ...document, owner: { team } };
  };
  const names = [...documents.map(({ category }) => category), ...broken.flatMap(({ path }) => categoryAt(path) ?? [])];
  const categories = [...new Set(names)]
    .toSorted()
    .map((category) => ({ category, owners: ownersOf(`${folderOf(category)}/${ANY_DOCUMENT}`) }))
    .filter(({ owners }) => owners.length > 0);
  return { documents: documents.map(owned), categories, findings: findingsOf(file, codeowners) };
};
