import { isJsonObject, type JsonObject } from '@pao/kernel';
import { type Target, targetForFile } from '@pao/templates';
import { fromPointer, valueAt } from './pointer.ts';

type PlaceTarget = Target | undefined;
type Rule = readonly [place: RegExp, target: Target | ((config: JsonObject, pointer: string) => PlaceTarget)];

const BODY_TARGETS: { readonly [type: string]: Target | undefined } = { json: 'json', text: 'plain' };

/** A form is written as an object of fields, each of which is encoded by itself. */
const bodyTarget = ({ body }: JsonObject): PlaceTarget =>
  isJsonObject(body) && typeof body.type === 'string' ? BODY_TARGETS[body.type] : undefined;

/** The content of a file is escaped as the end of its name says. */
const fileTarget = (config: JsonObject, pointer: string): PlaceTarget =>
  targetForFile(String(valueAt(config, [...fromPointer(pointer).slice(0, 2), 'path'])));

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
    [/^(\/ticket)?\/descriptionTemplate$/, 'jira-wiki'],
    [/^(\/ticket)?\/(summaryTemplate|priority|epicKey|assignee)$|^(\/ticket)?\/(labels|components|links)\//, 'plain'],
  ],
  'git-commit': [...FILES, [/^\/(repository|commitMessage|pullRequestTitle|pullRequestBody)$/, 'plain']],
  'github-workflow': [
    [/^\/ref$/, 'git-ref'],
    [/^\/repository$|^\/inputs\//, 'plain'],
  ],
  terraform: [
    ...FILES,
    [/^\/directory$/, 'path'],
    [/^\/(repository|workspace|commitMessage|pullRequestTitle|pullRequestBody)$/, 'plain'],
  ],
};

/**
 * What the text at a place of an action's `config` (a JSON Pointer) is rendered for, and so how values are escaped;
 * undefined where no value may be filled in.
 */
export const templateTarget = (type: string, config: JsonObject, pointer: string): Target | undefined => {
  const rule = RULES[type]?.find(([place]) => place.test(pointer));
  if (rule === undefined) return 'value';
  const [, target] = rule;
  return typeof target === 'function' ? target(config, pointer) : target;
};
