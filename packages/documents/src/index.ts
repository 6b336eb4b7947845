export { actionsOf, modeOf, outputNames } from './actions.ts';
export { componentInput } from './bundle/component-input.ts';
export { type BundleError, type Component, expandBundle, type ItemLookup } from './bundle/expand.ts';
export { type CatalogFile, type CatalogResult, type ValidateOptions, validateCatalog } from './catalog.ts';
export type { ServedActionType, ServedPool } from './checks/announced.ts';
export { CODES as VALIDATION_CODES, type Code as ValidationCode } from './codes.ts';
export { type CostError, type CostExpression, parseCost } from './cost.ts';
export type * from './document.ts';
export { ACTION_TYPES, FIELD_TYPES } from './document.ts';
export { durationMs } from './duration.ts';
export { compileExpression, type Expression, type ExpressionError } from './expressions.ts';
export { type Finding, formatFinding, hasErrors, type Severity } from './finding.ts';
export { type EvaluatedInput, evaluateInput } from './form/evaluate.ts';
export type { FieldComponent, FormFieldEntry } from './form/field-list.ts';
export { type FormSchema, formSchema } from './form/form-schema.ts';
export type { FieldError, FieldErrorCode } from './form/issue.ts';
export { namedDocuments } from './named.ts';
export {
  type Codeowners,
  type CodeownersProblem,
  MAX_CODEOWNERS_BYTES,
  parseCodeowners,
  teamOf,
} from './owners/codeowners.ts';
export { type DocumentResult, type ParseOptions, parseDocument } from './parse.ts';
export { actionInWords, isBuiltIn } from './plan/action-in-words.ts';
export { type ActionPromises, actionPromises, asDeclared } from './plan/action-promises.ts';
export { actionRuns, conditionOf } from './plan/action-runs.ts';
export { announcedPlan, withUnknowns } from './plan/announced-plan.ts';
export { type ApprovalScope, approvalIsNeeded } from './plan/approval-is-needed.ts';
export { type ActionPlan, type PlanError, type PlannedAction, planActions } from './plan/plan-actions.ts';
export { compileAction, type RenderFault, renderAction } from './plan/render-action.ts';
export { templateTarget } from './template-targets.ts';
export { visibleTeams } from './visibility.ts';
export { editYaml, type YamlEdit } from './yaml/edit.ts';
export { parseYaml, type YamlError } from './yaml/plain.ts';
export { type WriteOptions, writeYaml } from './yaml/write.ts';
