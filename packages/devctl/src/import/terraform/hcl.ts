import { createRequire } from 'node:module';
import { err, errorMessage, isJsonObject, type Json, ok, type Result } from '@pao/kernel';
import { problemOf, readJson } from '../read.ts';
import { excerpt } from '../remarks.ts';
import type { ImportError } from '../settle.ts';

/** One file of a module, and the blocks in it. */
export interface ModuleFile {
  readonly name: string;
  readonly text: string;
}

const require = createRequire(import.meta.url);

interface HclParser {
  readonly parse: (name: string, text: string) => Promise<unknown>;
}

// The parser is recursive, and runs in a WebAssembly stack of its own: depth is bounded before it sees the text.
const MAX_NESTING = 50;
const MAX_HCL_BYTES = 2 * 1024 * 1024;

/** The blocks of a file as JSON: HCL, or Terraform's JSON syntax. */
export const readModuleFile = async ({ name, text }: ModuleFile): Promise<Result<Json, ImportError>> => {
  if (/\.json$/i.test(name)) return readJson(text);
  if (text.length > MAX_HCL_BYTES) return err({ message: `${name}: larger than ${MAX_HCL_BYTES / 1024 / 1024} MiB` });
  if (nesting(text) > MAX_NESTING) return err({ message: `${name}: nested more than ${MAX_NESTING} deep` });
  // Loaded when it is needed: two megabytes of WebAssembly are nothing the other commands should wait for.
  // Its own types would bring those of a browser into every file of the project.
  const { parse } = require('@cdktf/hcl2json') as HclParser;
  try {
    const value: unknown = await parse(name, text);
    const problem = problemOf(value);
    if (problem !== undefined) return err({ message: `${name}: ${problem}` });
    return isJsonObject(value) ? ok(value) : err({ message: `${name}: holds no blocks` });
  } catch (thrown) {
    return err({ message: excerpt(errorMessage(thrown).replace(/^parse config: /, '')) });
  }
};

/** How deep brackets of any kind go. What is in texts and comments counts as well, and real modules stay below 20. */
const nesting = (text: string): number => {
  let depth = 0;
  let deepest = 0;
  for (const character of text) {
    if ('([{'.includes(character)) deepest = Math.max(deepest, ++depth);
    else if (')]}'.includes(character)) depth = Math.max(0, depth - 1);
  }
  return deepest;
};
