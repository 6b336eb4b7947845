import { posix } from 'node:path';
import { configInvalid, type Failure } from '@pao/executor-sdk';
import { err, type Json, type JsonObject, ok, type Result } from '@pao/kernel';
import type { TerraformConfig } from './config.ts';

export interface GeneratedFile {
  readonly path: string;
  readonly content: string;
}

/** What the root module calls the module of the document. */
export const MODULE = 'main';
/** Terraform reads it by its name. */
const VALUES = 'pao.auto.tfvars.json';

const pretty = (value: Json): string => `${JSON.stringify(value, undefined, 2)}\n`;

const within = ({ directory = '.' }: TerraformConfig, name: string): string => posix.join(directory, name);

/** Where Terraform runs, and where what is made goes: beside the first file, unless the document says. */
export const folderOf = (config: TerraformConfig): string =>
  config.directory ?? posix.dirname(config.files?.[0]?.path ?? '.');

export interface RootModuleOptions {
  readonly modulesDirectory?: string | undefined;
  /** Whether what is made goes to where the relative source of a module means something. */
  readonly keepSource: boolean;
}

const sourceOf = (source: string, { modulesDirectory, keepSource }: RootModuleOptions): Result<string, Failure> => {
  const wrong = (issue: string) => err(configInvalid('module.source', issue));
  if (source.split('/').includes('..') && !keepSource) return wrong('leaves its folder');
  if (/^(?:\/|~|file:|[a-z]+::file:)/i.test(source)) return wrong('is a path on the machine of the executor');
  if (!source.startsWith('.') || keepSource) return ok(source);
  if (modulesDirectory === undefined)
    return wrong('is a folder, and PAO_TERRAFORM_MODULES_DIR does not say where, where the executor runs');
  return ok(posix.join(modulesDirectory, source));
};

/**
 * The call of the document's module: its source, and for each variable a reference to a variable of the root module. Terraform
 * evaluates the strings of this file, so no value of a user is in it; those are in a file of values, which are literal.
 */
export const rootModule = (
  config: TerraformConfig,
  secretVariables: ReadonlySet<string>,
  options: RootModuleOptions,
): Result<readonly GeneratedFile[], Failure> => {
  if (config.module === undefined) return ok([]);
  const source = sourceOf(config.module.source, options);
  if (!source.ok) return source;
  const names = Object.keys(config.variables);
  const { version } = config.module;
  const call = {
    source: source.value,
    ...(version !== undefined && { version }),
    ...Object.fromEntries(names.map((name) => [name, `\${var.${name}}`])),
  };
  const declared = names.map((name) => [name, secretVariables.has(name) ? { sensitive: true } : {}] as const);
  const content = { ...(names.length > 0 && { variable: Object.fromEntries(declared) }), module: { [MODULE]: call } };
  return ok([{ path: within(config, 'main.tf.json'), content: pretty(content) }]);
};

/** The values of the variables, literally. */
export const valuesFile = (config: TerraformConfig, values: JsonObject): readonly GeneratedFile[] =>
  Object.keys(values).length === 0 ? [] : [{ path: posix.join(folderOf(config), VALUES), content: pretty(values) }];

/** Where the state is, whatever the document's own files say of it: a state in the folder of a run would be lost with it. */
export const backendFile = (config: TerraformConfig, type: string): GeneratedFile => ({
  path: posix.join(folderOf(config), 'pao_override.tf.json'),
  content: pretty({ terraform: { backend: { [type]: {} } } }),
});

/** Outputs of the module, given out by the root module; a line each, by which a finding of Terraform is known. */
export const OUTPUTS_FILE = 'pao_outputs.tf.json';

const OUTPUT = /^\s*output\s+"([A-Za-z_][A-Za-z0-9_-]{0,99})"\s*\{/gm;

/** Names of the outputs that the files of a module declare. */
export const outputsIn = (files: readonly GeneratedFile[]): readonly string[] => {
  const names = files.flatMap(({ path, content }) => {
    if (/\.(?:tf|tofu)$/.test(path)) return [...content.matchAll(OUTPUT)].map(([, name]) => name ?? '');
    return outputsOfJson(content);
  });
  return [...new Set(names)].filter((name) => name !== '').slice(0, 200);
};

const outputsOfJson = (content: string): readonly string[] => {
  try {
    const { output } = JSON.parse(content) as { readonly output?: Json };
    const blocks = [output ?? {}].flat() as readonly object[];
    return blocks.flatMap((block) => Object.keys(block)).filter((name) => /^[A-Za-z_][A-Za-z0-9_-]{0,99}$/.test(name));
  } catch {
    return [];
  }
};

/** The line of an output is two more than its place. */
export const outputsFile = (names: readonly string[], sensitive: ReadonlySet<string>): string => {
  const lines = names.map((name) => {
    const block = { value: `\${module.${MODULE}.${name}}`, ...(sensitive.has(name) && { sensitive: true }) };
    return `${JSON.stringify(name)}: ${JSON.stringify(block)}`;
  });
  return `{ "output": {\n${lines.join(',\n')}\n} }\n`;
};

/** The output that a finding in that file is about. */
export const outputAtLine = (names: readonly string[], line: number): string | undefined => names[line - 2];
