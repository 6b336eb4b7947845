import type { Action } from '@pao/documents';
import { isJsonObject, type Json, type JsonObject } from '@pao/kernel';
import { type Target, targetForFile } from '@pao/templates';

/** How a place of a configuration is written; a text instead says why no value can be filled in there. */
export type PlaceTarget = { readonly target: Target } | { readonly refusal: string };

type Rule = readonly [place: RegExp, target: (config: JsonObject, pointer: string) => PlaceTarget];

const to =
  (target: Target): (() => PlaceTarget) =>
  () => ({ target });

/** A body is one text, or a tree of values that the executor writes down in its type. */
const body = (config: JsonObject): PlaceTarget => {
  const type = isJsonObject(config.body) ? config.body.type : undefined;
  if (type === 'json') return { target: 'json' };
  if (type === 'text') return { target: 'plain' };
  return { refusal: 'a form is written as an object of fields, so that each value can be encoded' };
};

/** The content of a file, by the file's name. */
const file = (config: JsonObject, pointer: string): PlaceTarget => {
  const target = targetForFile(String(pathOf(config, Number(pointer.split('/')[2]))));
  return target
    ? { target }
    : { refusal: 'values can’t be filled into a file of this kind, which would evaluate them' };
};

const pathOf = ({ files }: JsonObject, index: number): Json | undefined => {
  const entry: Json | undefined = Array.isArray(files) ? files[index] : undefined;
  return isJsonObject(entry) ? entry.path : undefined;
};

const FILES: readonly Rule[] = [
  [/^\/files\/\d+\/path$/, to('path')],
  [/^\/files\/\d+\/contentTemplate$/, file],
  [/^\/branch$/, to('git-ref')],
];

/** By action type; the first rule whose place fits. Everything else is a value of the configuration's own tree. */
const RULES: { readonly [type: string]: readonly Rule[] | undefined } = {
  'rest-api': [
    [/^\/endpoint\/url$/, to('url')],
    [/^\/poll\/url$/, to('url')],
    [/^\/headers\//, to('header')],
    [/^\/query\//, to('plain')],
    [/^\/body\/contentTemplate$/, body],
  ],
  'jira-ticket': [
    [/^\/ticket\/summaryTemplate$/, to('plain')],
    [/^\/descriptionTemplate$/, to('jira-adf-text')],
    [/^\/(labels|components)\//, to('plain')],
  ],
  'git-commit': [...FILES, [/^\/(repository|commitMessage|pullRequestTitle|pullRequestBody)$/, to('plain')]],
  'github-workflow': [
    [/^\/ref$/, to('git-ref')],
    [/^\/(repository$|inputs\/)/, to('plain')],
  ],
  terraform: [...FILES, [/^\/(repository|workspace)$/, to('plain')]],
  webhook: [
    [/^\/url$/, to('url')],
    [/^\/payloadTemplate$/, to('json')],
  ],
};

/** Which target the string at a place (a JSON pointer into the action's configuration) is rendered for. */
export const placeTarget = ({ type, config }: Pick<Action, 'type' | 'config'>, pointer: string): PlaceTarget => {
  const rule = RULES[type]?.find(([place]) => place.test(pointer));
  return rule ? rule[1](config, pointer) : { target: 'value' };
};
