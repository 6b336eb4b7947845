import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isJsonObject, type Json } from '@pao/kernel';
import type { Call } from './cli.ts';
import { type GeneratedFile, MODULE, OUTPUTS_FILE, outputAtLine, outputsFile, outputsIn } from './root-module.ts';
import { folderIn, type Work } from './work.ts';

const readModule = async (folder: string): Promise<readonly GeneratedFile[]> => {
  const names = (await readdir(folder)).filter((name) => /\.(?:tf|tofu)(?:\.json)?$/.test(name)).slice(0, 500);
  return Promise.all(names.map(async (path) => ({ path, content: await readFile(join(folder, path), 'utf8') })));
};

/** What the document's module offers, which only its own files say. */
export const moduleOutputs = async (work: Work): Promise<readonly string[]> => {
  if (work.prepared.config.module === undefined) return [];
  const index = JSON.parse(await readFile(join(folderIn(work), '.terraform/modules/modules.json'), 'utf8')) as Json;
  const modules = isJsonObject(index) && Array.isArray(index['Modules']) ? (index['Modules'] as readonly Json[]) : [];
  const found = modules.find((module) => isJsonObject(module) && module['Key'] === MODULE);
  if (found === undefined || !isJsonObject(found) || typeof found['Dir'] !== 'string') return [];
  const dir = found['Dir'];
  return outputsIn(await readModule(dir.startsWith('/') ? dir : join(folderIn(work), dir)));
};

export const writeOutputs = async (
  work: Work,
  names: readonly string[],
  sensitive: ReadonlySet<string>,
): Promise<void> => {
  if (names.length > 0)
    await writeFile(join(folderIn(work), OUTPUTS_FILE), outputsFile(names, sensitive), { mode: 0o600 });
};

const SENSITIVE_OUTPUT = 'Output refers to sensitive values';

/** Outputs of the module that turn out to be sensitive, by what Terraform finds wrong with giving them out. */
export const sensitiveIn = ({ facts }: Call, names: readonly string[]): readonly string[] =>
  facts.diagnostics.flatMap(({ summary, file, line }) => {
    const name =
      summary === SENSITIVE_OUTPUT && file === OUTPUTS_FILE && line !== undefined
        ? outputAtLine(names, line)
        : undefined;
    return name === undefined ? [] : [name];
  });
