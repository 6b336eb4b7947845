import { cp, mkdir, readdir, readFile, rename, rmdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Packed, the template lies here; in the repository it is the example itself. */
const PLACES = ['../template/', '../../../docs/examples/dns-executor/'];
const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
/** What belongs to a copy of one's own, and not into a new one. */
const LEFT = new Set(['node_modules', 'data', '.env', 'package-lock.json']);

const isThere = async (path) => (await stat(path).catch(() => undefined)) !== undefined;

const templateFolder = async () => {
  for (const place of PLACES) {
    const folder = fileURLToPath(new URL(place, import.meta.url));
    if (await isThere(folder)) return folder;
  }
  throw new Error('The template is not where it should be: the package is not complete.');
};

const replaced = (text, { name, pool }) =>
  text
    .replaceAll('dns-executor', name)
    .replaceAll("pool: 'dns'", `pool: '${pool}'`)
    .replaceAll('executor: dns', `executor: ${pool}`)
    .replaceAll('tasks-dns', `tasks-${pool}`)
    .replaceAll('the pool `dns`', `the pool \`${pool}\``)
    .replaceAll('INSTANCE=dns-1', `INSTANCE=${pool}-1`);

/**
 * Writes a project into a new folder.
 * @param {{ folder: string, name: string, pool: string }} options names in kebab-case
 * @returns {Promise<readonly string[]>} the files, by their paths in the folder
 */
export const createExecutorProject = async ({ folder, name, pool }) => {
  for (const [what, given] of Object.entries({ name, pool }))
    if (!NAME.test(given) || given.length > 40)
      throw new Error(`The ${what} ${JSON.stringify(given)} is not in kebab-case.`);
  if ((await isThere(folder)) && (await readdir(folder)).length > 0) throw new Error(`${folder} is not empty.`);
  const template = await templateFolder();
  await mkdir(folder, { recursive: true });
  await cp(template, folder, {
    recursive: true,
    filter: (source) => !LEFT.has(source.slice(template.length).split('/')[0] ?? ''),
  });
  // npm leaves a file of this name out of packages.
  if (await isThere(join(folder, 'gitignore'))) await rename(join(folder, 'gitignore'), join(folder, '.gitignore'));
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  for (const file of files) await writeFile(file, replaced(await readFile(file, 'utf8'), { name, pool }));
  await mkdir(join(folder, '.github/workflows'), { recursive: true });
  await rename(join(folder, 'ci/test.yml'), join(folder, '.github/workflows/test.yml'));
  await rmdir(join(folder, 'ci'));
  return files.map((file) => file.slice(folder.length + 1)).toSorted();
};
