import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { errorMessage } from '@pao/kernel';
import { EmbeddedPostgresError } from './errors.ts';

export interface DirectoryLock {
  release(): void;
}

const SQLITE_BUSY = 5;

/**
 * Takes the data directory for this process. SQLite's exclusive lock is the one lock of the operating system that Node
 * offers: it is free of races and ends with the process, however that ends, which no file with a pid in it can say.
 */
export const lockDirectory = (directory: string): DirectoryLock => {
  const ownerFile = join(directory, 'owner.pid');
  const database = openLock(join(directory, 'lock'));
  try {
    database.exec('PRAGMA journal_mode = OFF; BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    throw lockFailure(directory, ownerFile, error);
  }
  writeFileSync(ownerFile, `${process.pid}\n`);
  return { release: () => database.close() };
};

const openLock = (file: string): DatabaseSync => {
  try {
    return new DatabaseSync(file, { timeout: 0 });
  } catch (error) {
    throw new EmbeddedPostgresError('not-permitted', `cannot write ${file}: ${errorMessage(error)}`, error);
  }
};

const lockFailure = (directory: string, ownerFile: string, error: unknown): EmbeddedPostgresError => {
  if (error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY) {
    const message = `${directory} is in use by process ${readOwner(ownerFile)}: stop it or choose another data directory`;
    return new EmbeddedPostgresError('in-use', message, error);
  }
  return new EmbeddedPostgresError('not-permitted', `cannot lock ${directory}: ${errorMessage(error)}`, error);
};

const readOwner = (file: string): string => {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return '(unknown)';
  }
};
