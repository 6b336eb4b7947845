import { err, type JsonObject, ok, type Result } from '@pao/kernel';
import {
  type CompiledConfig,
  compileConfig,
  type Located,
  type RenderError,
  renderConfig,
  type Scope,
  type TemplateError,
} from '@pao/templates';
import type { Action } from '../document.ts';
import { templateTarget } from '../template-targets.ts';

/** Why a text of an action's configuration can't be filled in; `pointer` and `offset` say where. Never quotes a value. */
export type RenderFault =
  | Located<TemplateError>
  | Located<RenderError>
  | { readonly code: 'no-value-here'; readonly message: string; readonly pointer: string; readonly offset: number };

export interface RenderedConfig {
  /** As the executor gets it. */
  readonly config: JsonObject;
  /** As people may see it: what stems from a secret is covered. */
  readonly masked: JsonObject;
  /** Whether a secret went into it. */
  readonly secret: boolean;
}

type Compiled = Result<CompiledConfig, readonly RenderFault[]>;

const compiled = new WeakMap<Action, Compiled>();

/** The configuration of an action with every variable filled in and escaped for its place, or every fault there is. */
export const renderAction = (action: Action, scope: Scope): Result<RenderedConfig, readonly RenderFault[]> => {
  const config = compileAction(action);
  if (!config.ok) return config;
  let rendered = renderConfig(config.value, scope);
  // Time is part of the limits, and a worker may be held up by others: what was too slow once is asked again.
  if (!rendered.ok && rendered.error.some(({ code }) => code === 'too-slow'))
    rendered = renderConfig(config.value, scope);
  if (!rendered.ok) return rendered;
  const { value, masked, secret } = rendered.value;
  return ok({ config: value as JsonObject, masked: masked as JsonObject, secret });
};

/** The parsed templates of an action; parsed once for as long as the action is in memory. */
export const compileAction = (action: Action): Compiled => {
  const known = compiled.get(action);
  if (known) return known;
  const config = compile(action);
  compiled.set(action, config);
  return config;
};

/** Places are told apart as the checks of documents do it, so that what passed them renders. */
const compile = ({ type, config }: Action): Compiled => {
  const refusals: RenderFault[] = [];
  const result = compileConfig(config, (pointer) => {
    const target = templateTarget(type, config, pointer);
    if (!target) refusals.push({ code: 'no-value-here', message: NO_VALUE, pointer, offset: 0 });
    return target ?? 'plain';
  });
  return refusals.length > 0 ? err(refusals) : result;
};

const NO_VALUE =
  'no value can be filled in here: write a form as an object of fields, and no values into a file that evaluates them';
