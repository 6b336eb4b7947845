import { type Action, templateTarget } from '@pao/documents';
import { err, isJsonObject, type JsonObject, ok, type Result } from '@pao/kernel';
import { type CompiledConfig, compileConfig, renderConfig, type Scope } from '@pao/templates';
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

/** Places are told apart as the documents' checks do it, so that what passed them renders. */
const compile = ({ type, config }: Action): Compiled => {
  const refusals: Fault[] = [];
  const result = compileConfig(config, (pointer) => {
    const target = templateTarget(type, config, pointer);
    if (!target) refusals.push({ code: 'no-value-here', message: NO_VALUE, pointer, offset: 0 });
    return target ?? 'plain';
  });
  if (refusals.length > 0) return err(failureOf(refusals));
  return result.ok ? result : err(failureOf(result.error));
};

const NO_VALUE =
  'no value can be filled in here: write a form as an object of fields, and no values into a file that evaluates them';

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
