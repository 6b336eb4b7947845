export type { AdfBlock, AdfDocument, AdfInline, AdfMark } from './adf/nodes.ts';
export { jiraTextToAdf, wikiToAdf } from './adf/wiki.ts';
export { checkReferences, type KnownPaths, type UnknownReference } from './check.ts';
export { type FunctionDoc, templateFunctions } from './functions/table.ts';
export { MASK } from './layout.ts';
export { DEFAULT_LIMITS, type Limits } from './limits.ts';
export {
  type OutputEdge,
  type OutputGraph,
  type OutputNode,
  type OutputRead,
  outputGraph,
  outputsRead,
} from './outputs.ts';
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
export { type Target, targetForFile } from './targets.ts';
export { type Source, traceSources } from './trace.ts';
