import { isJsonObject, type Json, type JsonObject } from '@pao/kernel';
import type { DraftAction, DraftStep } from '../draft.ts';
import { claim, toKebabCase, withoutTags } from '../names.ts';
import { ownText } from '../read.ts';
import { excerpt, type Remarks } from '../remarks.ts';
import { convertStep } from './actions.ts';
import { convertCondition } from './condition.ts';
import { convertText, type Scope } from './expressions.ts';
import type { StepContext } from './step.ts';

export interface Steps {
  readonly automatic: readonly DraftAction[];
  readonly byHand: readonly DraftStep[];
  readonly complete: boolean;
}

export interface StepOptions {
  readonly scope: Omit<Scope, 'output'>;
  readonly remarks: Remarks;
  /** Where Backstage answers, for steps that call it. */
  readonly backstageUrl?: string;
}

/** What a template does: as actions where there is an equivalent, and all of it as steps for a person. */
export const convertSteps = (steps: readonly Json[], options: StepOptions): Steps => {
  const context: StepContext = {
    ...options,
    outputs: new Map(),
    files: [],
    workspace: 'clear',
    published: false,
    whole: true,
  };
  const scope: Scope = { ...options.scope, output: (step, path) => outputOf(context, step, path) };
  const automatic: DraftAction[] = [];
  const byHand: DraftStep[] = [];
  const ids = new Set<string>();
  let complete = steps.length > 0;
  for (const [index, step] of steps.entries()) {
    const at = `spec.steps[${index}]`;
    if (!isJsonObject(step)) {
      options.remarks.leave(at, 'the step', 'it is no object', 'describe it in the ticket');
      complete = false;
      continue;
    }
    const action = ownText(step, 'action') ?? '(no action)';
    if (action !== 'debug:log') byHand.push(describe(step, action, scope));
    const id = claim(toKebabCase(ownText(step, 'id') ?? action, 'step'), ids);
    const converted = carry({ step, at, id, action }, scope, context);
    if (converted === 'nothing') continue;
    if (converted === undefined) complete = false;
    else automatic.push(converted);
  }
  if (context.files.length > 0 && !context.published) {
    const why = 'no step that was carried over publishes them';
    options.remarks.leave('spec.steps', 'the files that are written', why, 'add a git-commit action');
    complete = false;
  }
  return { automatic, byHand, complete: complete && context.whole && automatic.length > 0 };
};

interface Step {
  readonly step: JsonObject;
  readonly at: string;
  readonly id: string;
  readonly action: string;
}

const carry = (
  { step, at, id, action }: Step,
  scope: Scope,
  context: StepContext,
): DraftAction | 'nothing' | undefined => {
  const { remarks } = context;
  const byHand = 'it stands in the text of the ticket; add an action, or leave it to a person';
  if (action === 'debug:log') {
    remarks.leave(at, 'debug:log', 'it only writes to the log of the scaffolder', 'nothing');
    return 'nothing';
  }
  for (const keyword of ['each', 'backstage:featureFlag']) {
    if (step[keyword] === undefined) continue;
    remarks.leave(at, `${keyword} of ${excerpt(action, 60)}`, 'an action has no counterpart to it', byHand);
    return undefined;
  }
  const when = step['if'] === undefined || step['if'] === true ? undefined : convertCondition(step['if'], scope);
  if (when !== undefined && !when.ok) {
    remarks.leave(`${at}.if`, `the condition of ${excerpt(action, 60)}`, when.error, byHand);
    return undefined;
  }
  const input = isJsonObject(step['input']) ? step['input'] : {};
  const converted = convertStep(
    { action, input, at, stepId: ownText(step, 'id') ?? id, conditional: when !== undefined },
    scope,
    context,
  );
  if (converted === 'collected') return 'nothing';
  if (!converted.ok) {
    remarks.leave(at, excerpt(action, 60), converted.error, byHand);
    return undefined;
  }
  const name = ownText(step, 'name');
  const named = name === undefined || name.includes('{{') ? {} : { name: excerpt(name, 120) };
  return { id, ...named, ...converted.value, ...(when === undefined ? {} : { when: when.value }), origin: at };
};

/** Outputs that earlier steps were asked for are declared when they are read. */
const outputOf = (context: StepContext, step: string, path: readonly string[]): string | undefined =>
  context.outputs.get(step)?.(path);

const MAX_DETAILS = 40;

/** A step in words: what it calls, and what with. */
const describe = (step: JsonObject, action: string, scope: Scope): DraftStep => {
  const name = ownText(step, 'name') ?? ownText(step, 'id') ?? action;
  const lines: string[] = [];
  const add = (key: string, value: Json, indent: string): void => {
    if (lines.length >= MAX_DETAILS) return;
    if (isJsonObject(value)) {
      lines.push(`${indent}${withoutTags(excerpt(key, 80))}:`);
      for (const [inner, entry] of Object.entries(value)) add(inner, entry, `${indent}  `);
    } else if (typeof value === 'string' && value.trimEnd().includes('\n')) {
      lines.push(`${indent}${withoutTags(excerpt(key, 80))}:`);
      for (const line of value.trimEnd().split('\n').slice(0, MAX_DETAILS)) {
        const [space = ''] = /^ {0,40}/.exec(line) ?? [];
        lines.push(`${indent}  ${space}${textOf(line, scope)}`);
      }
    } else {
      lines.push(`${indent}${withoutTags(excerpt(key, 80))}: ${textOf(value, scope)}`);
    }
  };
  if (step['if'] !== undefined) lines.push(`only if: ${textOf(step['if'], scope)}`);
  if (step['each'] !== undefined) lines.push(`for each of: ${textOf(step['each'], scope)}`);
  for (const [key, value] of Object.entries(isJsonObject(step['input']) ? step['input'] : {})) add(key, value, '');
  return { title: `${excerpt(name, 120)} (${excerpt(action, 80)})`, details: lines };
};

const textOf = (value: Json, scope: Scope): string => {
  const text = excerpt(typeof value === 'string' ? value : JSON.stringify(value), 400);
  const secrets = new Set(
    [...scope.references.values()].filter(({ type }) => type === 'password').map(({ path }) => path),
  );
  const converted = convertText(text, scope);
  // Outputs of actions do not exist when a person does the steps, and secrets have no place in a ticket.
  const readable =
    converted.ok &&
    !converted.value.includes('{{.output.') &&
    ![...secrets].some((path) => converted.value.includes(`.current.${path}`));
  return readable ? converted.value : withoutTags(text.replaceAll(/\$\{\{\s*([^}]*?)\s*\}\}/g, '<$1>'));
};
