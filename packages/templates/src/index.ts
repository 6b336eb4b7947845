export { type FunctionDoc, templateFunctions } from './functions/table.ts';
export { DEFAULT_LIMITS, type Limits } from './limits.ts';
export { parseTemplate, references } from './parse.ts';
export type { RenderError, RenderErrorCode, TemplateError, TemplateErrorCode } from './refusal.ts';
export { checkTarget, type Rendered, renderTemplate } from './render.ts';
export {
  type CompiledConfig,
  compileConfig,
  type Located,
  type PlacedTemplate,
  type RenderedValue,
  renderConfig,
  renderValue,
  type TargetAt,
} from './render-value.ts';
export { type Scope, SYSTEM_PATHS } from './scope.ts';
export { NAMESPACES, type Namespace, type Reference, type Template } from './syntax.ts';
export type { Target } from './targets.ts';
