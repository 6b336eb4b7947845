import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '../failures.ts';
import type { Terminal } from '../terminal.ts';
import { MAX_SOURCE_BYTES } from './read.ts';
import type { ModuleFile } from './terraform/hcl.ts';

const TOO_LARGE = `larger than ${MAX_SOURCE_BYTES / 1024 / 1024} MiB, which no source is`;

/** The text of a file, or of standard input for `-`. Its size is looked at before it is read. */
export const readSource = async (path: string, terminal: Terminal): Promise<string> => {
  if (path === '-') {
    const text = await terminal.readStandardInput();
    if (text.length > MAX_SOURCE_BYTES) throw new UsageError(`standard input: ${TOO_LARGE}`);
    return text;
  }
  try {
    const found = await stat(path);
    if (!found.isFile()) throw new UsageError(`${path} is not a file`);
    if (found.size > MAX_SOURCE_BYTES) throw new UsageError(`${path}: ${TOO_LARGE}`);
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path));
  } catch (thrown) {
    if (thrown instanceof UsageError) throw thrown;
    const why = thrown instanceof TypeError ? 'is not UTF-8 text' : 'cannot be read';
    throw new UsageError(`${path} ${why}`, { cause: thrown });
  }
};

const MAX_FILES = 200;

/** The files of a Terraform module: those of a folder that may declare variables and outputs, or the one that is named. */
export const readModule = async (path: string, terminal: Terminal): Promise<readonly ModuleFile[]> => {
  const found = await stat(path).catch((cause: unknown) => {
    throw new UsageError(`${path} cannot be read`, { cause });
  });
  if (!found.isDirectory()) return [{ name: path, text: await readSource(path, terminal) }];
  const names = (await readdir(path)).filter((name) => /\.tf(\.json)?$/.test(name)).toSorted();
  if (names.length === 0) throw new UsageError(`${path} holds no .tf and no .tf.json file`);
  if (names.length > MAX_FILES) throw new UsageError(`${path} holds more than ${MAX_FILES} files of Terraform`);
  const files: ModuleFile[] = [];
  for (const name of names) files.push({ name, text: await readSource(join(path, name), terminal) });
  return files;
};
