import type { TargetRules } from './layout.ts';
import { hcl } from './targets/hcl.ts';
import { jiraWiki } from './targets/jira-wiki.ts';
import { json } from './targets/json.ts';
import { gitRef, path } from './targets/path.ts';
import { header, jiraAdfText, plain } from './targets/simple.ts';
import { url } from './targets/url.ts';
import { yaml } from './targets/yaml.ts';

/**
 * What a rendered text is for; decides how values are escaped. `json` and `url` tell the places within a text apart by
 * themselves. `value` is for a string of a config tree: one tag alone gives the value itself, a number stays a number.
 */
export type Target =
  | 'json'
  | 'yaml'
  | 'hcl'
  | 'url'
  | 'header'
  | 'jira-wiki'
  | 'jira-adf-text'
  | 'path'
  | 'git-ref'
  | 'plain'
  | 'value';

export const TARGETS: Readonly<Record<Target, TargetRules>> = {
  json,
  yaml,
  hcl,
  url,
  header,
  'jira-wiki': jiraWiki,
  'jira-adf-text': jiraAdfText,
  path,
  'git-ref': gitRef,
  plain,
  value: plain,
};

const BY_ENDING: readonly (readonly [ending: RegExp, target: Target | undefined])[] = [
  // Terraform evaluates the strings of its JSON form: no escaping of JSON keeps a value from being an expression.
  [/\.(?:tf|tofu|hcl)\.json$/i, undefined],
  [/\.json$/i, 'json'],
  [/\.ya?ml$/i, 'yaml'],
  [/\.(?:tf|tofu|tfvars|hcl)$/i, 'hcl'],
];

/** The target for the content of a file, by its name; `undefined` for a file that no value may be written into. */
export const targetForFile = (path: string): Target | undefined => {
  const known = BY_ENDING.find(([ending]) => ending.test(path));
  return known === undefined ? 'plain' : known[1];
};
