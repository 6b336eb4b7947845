import type { Value } from '../values.ts';

/** What a parameter takes; literals are checked when the template is parsed, values when it is rendered. */
export type Parameter = 'text' | 'number' | 'list' | 'any';

/** What a function may cost and know. */
export interface CallContext {
  readonly maxLength: number;
}

/** One function of the template language, with the documentation of it: the reference pages print this table. */
export interface TemplateFunction {
  readonly name: string;
  readonly signature: string;
  readonly summary: string;
  readonly example: { readonly template: string; readonly gives: string };
  /** The first is what a pipe hands over. */
  readonly parameters: readonly Parameter[];
  /** How many of them must be given; all of them unless said. */
  readonly required?: number;
  /** True when the last parameter may be repeated. */
  readonly variadic?: boolean;
  /** True when the function wants to see an empty first argument; else empty goes in, empty comes out. */
  readonly seesEmpty?: boolean;
  readonly apply: (args: readonly Value[], context: CallContext) => Value;
}
