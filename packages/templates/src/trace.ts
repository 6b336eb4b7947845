import type { Json } from '@pao/kernel';
import { MASK } from './layout.ts';
import { attempt, type RenderError, type RenderErrorCode } from './refusal.ts';
import { isSecret, readReference, type Scope } from './scope.ts';
import type { Reference, Template } from './syntax.ts';

/** Where a value of a template comes from. */
export interface Source {
  readonly reference: Reference;
  /** As it is written: `.current.basic.storageGb`. */
  readonly path: string;
  /** The value before any function; `null` when left empty, `••••` when secret. */
  readonly value: Json;
  /** Why the reference can't be read. */
  readonly error?: RenderError;
}

/** Reads each reference of a template by itself, for people who ask which value came from where. */
export const traceSources = (template: Template, scope: Scope): readonly Source[] =>
  template.references.map((reference) => {
    const dotted = reference.path.join('.');
    const path = dotted === '' ? `.${reference.namespace}` : `.${reference.namespace}.${dotted}`;
    const read = attempt<Json, RenderErrorCode>(() => readReference(scope, reference, dotted) ?? null);
    if (!read.ok) return { reference, path, value: null, error: read.error };
    return { reference, path, value: isSecret(scope, reference.namespace, dotted) ? MASK : read.value };
  });
