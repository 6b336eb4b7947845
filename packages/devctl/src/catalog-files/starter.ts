import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { starterRepository } from '@pao/catalog-starter';

export interface StarterFile {
  /** From the root of the repository, with `/`. */
  readonly path: string;
  readonly content: Buffer;
  readonly executable: boolean;
}

export interface Ownership {
  readonly organisation?: string;
  readonly team?: string;
}

const CODEOWNERS = '.github/CODEOWNERS';

/** The files of the starter repository, with the owners filled in. */
export const starterFiles = async (ownership: Ownership): Promise<readonly StarterFile[]> => {
  const root = fileURLToPath(starterRepository);
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files: StarterFile[] = [];
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const location = join(entry.parentPath, entry.name);
    const path = relative(root, location).replaceAll('\\', '/');
    const content = await readFile(location);
    files.push({
      path,
      content: path === CODEOWNERS ? Buffer.from(withOwners(content.toString('utf8'), ownership)) : content,
      executable: ((await stat(location)).mode & 0o100) !== 0,
    });
  }
  return files.toSorted((a, b) => (a.path < b.path ? -1 : 1));
};

/** `@example/…` of each line with the real names; a line that names one owner twice then names it once. */
export const withOwners = (text: string, { organisation, team }: Ownership): string =>
  text
    .split('\n')
    .map((line) => {
      const [, head = '', owners] = /^([^#\s]\S*\s+)(@.*)$/.exec(line) ?? [];
      if (owners === undefined) return line;
      const named = owners.split(/\s+/).map((owner) => {
        const [, given = '', group = ''] = /^@([^/]+)\/(.+)$/.exec(owner) ?? [];
        return group === '' ? owner : `@${organisation ?? given}/${team ?? group}`;
      });
      return `${head}${[...new Set(named)].join(' ')}`;
    })
    .join('\n');
