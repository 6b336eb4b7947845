import type { JsonObject, Result } from '@pao/kernel';
import type { Failure } from '../domain/verdict.ts';

/** Evaluates over one result. An expression that can't be evaluated over this result gives null, and is named. */
export type ReadOutputs = (result: JsonObject) => {
  readonly outputs: JsonObject;
  readonly failed: readonly string[];
};

/** Compiles output expressions; one that doesn't parse is an error before anything has happened. */
export type CompileOutputs = (expressions: { readonly [name: string]: string }) => Result<ReadOutputs, Failure>;
