import type { Action } from '@pao/documents';
import { err, isJsonObject, type JsonObject, ok, type Result } from '@pao/kernel';
import { type CompiledConfig, compileConfig, renderConfig, type Scope } from '@pao/templates';
import { placeTarget } from './action-targets.ts';
import type { Failure } from './request.ts';
import { type ScopeParts, scopeOf } from './scope.ts';

interface Fault {
  readonly code: string;
  readonly message: string;
  readonly pointer: string;
  readonly offset: number;
  readonly hint?: string;
}

type Compiled = Result<CompiledConfig, Failure>;

const compiled = new WeakMap<Action, Compiled>();

/**
 * The configuration of a task as the executor gets it. The failure is certain and names the place of each fault; it never
 * quotes a value.
 */
export const renderTask = (parts: ScopeParts): Result<JsonObject, Failure> => {
  const { action } = parts.planned;
  let config = compiled.get(action);
  if (!config) {
    config = compile(action);
    compiled.set(action, config);
  }
  return config.ok ? render(config.value, scopeOf(parts)) : config;
};

/** Time is part of the limits, and a worker may be held up by others: what was too slow once is asked again. */
const render = (config: CompiledConfig, scope: Scope): Result<JsonObject, Failure> => {
  let rendered = renderConfig(config, scope);
  if (!rendered.ok && rendered.error.some(({ code }) => code === 'too-slow')) rendered = renderConfig(config, scope);
  if (!rendered.ok) return err(failureOf(rendered.error));
  const { value } = rendered.value;
  if (!isJsonObject(value)) throw new TypeError('a configuration is an object');
  return ok(value);
};

const compile = (action: Action): Compiled => {
  const refusals: Fault[] = [];
  const result = compileConfig(action.config, (pointer) => {
    const place = placeTarget(action, pointer);
    if ('target' in place) return place.target;
    refusals.push({ code: 'unsupported-place', message: place.refusal, pointer, offset: 0 });
    return 'plain';
  });
  if (refusals.length > 0) return err(failureOf(refusals));
  return result.ok ? result : err(failureOf(result.error));
};

const MAX_FAULTS = 20;

const failureOf = (faults: readonly Fault[]): Failure => ({
  code: 'TEMPLATE_ERROR',
  message: `The task's configuration could not be filled in, so nothing was sent. ${sentence(faults[0])}`,
  evidence: { errors: faults.slice(0, MAX_FAULTS).map(evidenceOf) },
});

const evidenceOf = ({ code, message, pointer, offset, hint }: Fault): JsonObject => {
  const evidence = { place: pointer, offset, code, message };
  return hint === undefined ? evidence : { ...evidence, hint };
};

const sentence = (fault: Fault | undefined): string => (fault ? `At ${fault.pointer}: ${fault.message}.` : '');
