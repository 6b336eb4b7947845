import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';

const SOURCE = new URL('../../../contracts/catalog/draft-07/', import.meta.url);
const COPIES = new URL('../repository/schema/', import.meta.url);

/** What `repository/schema/` holds, by file name: a catalog repository checks documents in editors that see nothing of PAO. */
export const schemaCopies = async (): Promise<ReadonlyMap<string, string>> => {
  const names = (await readdir(SOURCE)).filter((name) => name.endsWith('.json')).toSorted();
  return new Map(
    await Promise.all(names.map(async (name) => [name, await readFile(new URL(name, SOURCE), 'utf8')] as const)),
  );
};

if (import.meta.main) {
  await mkdir(COPIES, { recursive: true });
  for (const [name, text] of await schemaCopies()) await writeFile(new URL(name, COPIES), text);
}
