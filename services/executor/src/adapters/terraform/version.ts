import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import { promisify } from 'node:util';
import type { Failure } from '@pao/executor-sdk';
import { err, isJsonObject, type Json, ok, type Result } from '@pao/kernel';
import type { TerraformOptions } from '../../terraform-settings.ts';
import { missing, tooOld } from './failures.ts';

export interface Version {
  readonly text: string;
  readonly major: number;
  readonly minor: number;
}

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** Whether the program is there. */
export const isThere = ({ binary, path }: TerraformOptions): boolean =>
  binary.includes('/')
    ? isAbsolute(binary) && isExecutable(binary)
    : path.split(delimiter).some((folder) => isExecutable(join(folder, binary)));

const parseVersion = (text: string): Version | undefined => {
  const said = JSON.parse(text) as Json;
  const version = isJsonObject(said) ? said['terraform_version'] : undefined;
  const [, major, minor] = typeof version === 'string' ? (/^(\d{1,4})\.(\d{1,4})\./.exec(version) ?? []) : [];
  if (typeof version !== 'string' || major === undefined || minor === undefined) return undefined;
  return { text: version, major: Number(major), minor: Number(minor) };
};

export const readVersion = async (options: TerraformOptions): Promise<Result<Version, Failure>> => {
  const env = { PATH: options.path, HOME: '/nonexistent', CHECKPOINT_DISABLE: '1' };
  try {
    const { stdout } = await promisify(execFile)(options.binary, ['version', '-json'], { env, timeout: 20_000 });
    const version = parseVersion(stdout);
    if (version === undefined) return err(missing(`${options.binary} does not tell its version`));
    return version.major < 1 || (version.major === 1 && version.minor < 5) ? err(tooOld(version.text)) : ok(version);
  } catch (error) {
    const { code } = error as { readonly code?: unknown };
    return err(missing(`${options.binary}: ${typeof code === 'string' ? code : 'it does not tell its version'}`));
  }
};
