import { conversionFunctions } from './conversions.ts';
import type { TemplateFunction } from './function.ts';
import { listFunctions } from './lists.ts';
import { textFunctions } from './text.ts';

/** Every function of the template language, by name. */
export const FUNCTIONS: ReadonlyMap<string, TemplateFunction> = new Map(
  [...textFunctions, ...listFunctions, ...conversionFunctions].map((fn) => [fn.name, fn]),
);

/** What a reader needs to know of a function. */
export interface FunctionDoc {
  readonly name: string;
  readonly signature: string;
  readonly summary: string;
  readonly example: { readonly template: string; readonly gives: string };
}

/** The function list for people: reference pages, editors, `--help`. */
export const templateFunctions: readonly FunctionDoc[] = [...FUNCTIONS.values()].map(
  ({ name, signature, summary, example }) => ({ name, signature, summary, example }),
);
