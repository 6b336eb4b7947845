import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';

export interface Migration {
  readonly name: string;
  readonly sql: string;
  /** SHA-256 of the file, in hexadecimal. */
  readonly hash: string;
}

const NAME = /^\d{4}-[a-z0-9-]+\.sql$/;

/** The migrations of a directory in the order of their numbers. `prefix` goes before each name. */
export const readMigrations = async (directory: URL, prefix = ''): Promise<readonly Migration[]> => {
  const base = directory.href.endsWith('/') ? directory : new URL(`${directory.href}/`);
  const files = (await readdir(base)).filter((file) => file.endsWith('.sql')).toSorted();
  requireOrder(files);
  return Promise.all(
    files.map(async (file) => {
      const sql = await readFile(new URL(file, base), 'utf8');
      return { name: `${prefix}${file}`, sql, hash: createHash('sha256').update(sql).digest('hex') };
    }),
  );
};

const requireOrder = (files: readonly string[]): void => {
  for (const [index, file] of files.entries()) {
    if (!NAME.test(file)) throw new Error(`${file} is not a migration's name: it should look like 0001-orders.sql.`);
    if (file.slice(0, 4) === files[index - 1]?.slice(0, 4))
      throw new Error(`Two migrations are numbered ${file.slice(0, 4)}.`);
  }
};
