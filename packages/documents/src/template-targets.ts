import { isJsonObject, type JsonObject } from '@pao/kernel';
import type { Target } from '@pao/templates';
import { fromPointer, valueAt } from './pointer.ts';

type Rule = readonly [place: RegExp, target: Target | ((config: JsonObject, pointer: string) => Target)];

const bodyTarget = ({ body }: JsonObject): Target => (isJsonObject(body) && body.type === 'json' ? 'json' : 'plain');

const FILE_TARGETS: readonly (readonly [name: RegExp, target: Target])[] = [
  [/\.json$/, 'json'],
  [/\.ya?ml$/, 'yaml'],
  [/\.(tf|tfvars|hcl)$/, 'hcl'],
];

/** The content of a file is escaped as the end of its name says. */
const fileTarget = (config: JsonObject, pointer: string): Target => {
  const path = valueAt(config, [...fromPointer(pointer).slice(0, 2), 'path']);
  return FILE_TARGETS.find(([name]) => name.test(String(path)))?.[1] ?? 'plain';
};

const FILES: readonly Rule[] = [
  [/^\/files\/\d+\/path$/, 'path'],
  [/^\/files\/\d+\/contentTemplate$/, fileTarget],
  [/^\/branch$/, 'git-ref'],
];

const ADDRESSED: readonly Rule[] = [
  [/^\/headers\//, 'header'],
  [/^\/(endpoint|poll)\/url$|^\/url$|^\/authentication\/tokenUrl$/, 'url'],
];

/** By action type; the first place that fits. Anything else is a value of its own, or a text without a syntax. */
const RULES: { readonly [type: string]: readonly Rule[] | undefined } = {
  'rest-api': [...ADDRESSED, [/^\/body\/contentTemplate$/, bodyTarget], [/^\/query\//, 'plain']],
  webhook: [...ADDRESSED, [/^\/payloadTemplate$/, 'json']],
  'jira-ticket': [
    [/^(\/ticket)?\/descriptionTemplate$/, 'jira-adf-text'],
    [/^(\/ticket)?\/(summaryTemplate|priority|epicKey|assignee)$|^(\/ticket)?\/(labels|components)\//, 'plain'],
  ],
  'git-commit': [...FILES, [/^\/(repository|commitMessage|pullRequestTitle|pullRequestBody)$/, 'plain']],
  'github-workflow': [
    [/^\/ref$/, 'git-ref'],
    [/^\/repository$|^\/inputs\//, 'plain'],
  ],
  terraform: [...FILES, [/^\/(repository|workspace)$/, 'plain']],
};

/** What the text at a place of an action's `config` (a JSON Pointer) is rendered for, and so how values are escaped. */
export const templateTarget = (type: string, config: JsonObject, pointer: string): Target => {
  const rule = RULES[type]?.find(([place]) => place.test(pointer));
  if (rule === undefined) return 'value';
  const [, target] = rule;
  return typeof target === 'function' ? target(config, pointer) : target;
};
