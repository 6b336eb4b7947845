import { err, type Json, type JsonObject, ok, type Result } from '@pao/kernel';
import type { DraftAction } from '../draft.ts';
import { isKey } from '../names.ts';
import type { Remarks } from '../remarks.ts';
import { convertText, type Scope } from './expressions.ts';

export type OutputReader = (path: readonly string[]) => string | undefined;

/** What the steps of one template share, in order. */
export interface StepContext {
  readonly remarks: Remarks;
  readonly backstageUrl?: string;
  /** By id of a step that was carried over. */
  readonly outputs: Map<string, OutputReader>;
  /** Files that steps wrote into the workspace, for a later `publish:*`. */
  readonly files: JsonObject[];
  /** `foreign` once a step has put files there that the template does not hold. */
  workspace: 'clear' | 'foreign';
  published: boolean;
  /** False once something of a step that was carried over is missing. */
  whole: boolean;
}

export interface StepInput {
  readonly action: string;
  readonly input: JsonObject;
  readonly at: string;
  readonly stepId: string;
  /** It has a condition of its own. */
  readonly conditional: boolean;
}

type Carried = Pick<DraftAction, 'type' | 'config' | 'outputs'>;
export type Converter = (step: StepInput, scope: Scope, context: StepContext) => Result<Carried, string> | 'collected';

/** All texts of a value with their expressions converted. */
export const convertValue = (value: Json, scope: Scope): Result<Json, string> => {
  if (typeof value === 'string') return convertText(value, scope);
  if (typeof value !== 'object' || value === null) return ok(value);
  const entries: [string, Json][] = [];
  for (const [key, inner] of Object.entries(value)) {
    if (!isKey(key)) return err('a key is filled in, or not accepted');
    const converted = convertValue(inner, scope);
    if (!converted.ok) return converted;
    entries.push([key, converted.value]);
  }
  return ok(Array.isArray(value) ? entries.map(([, inner]) => inner) : Object.fromEntries(entries));
};
