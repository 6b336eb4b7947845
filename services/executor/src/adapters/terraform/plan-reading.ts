import { createHash } from 'node:crypto';
import { canonicalJson, isJsonObject, type Json, type JsonObject } from '@pao/kernel';
import type { ChangeCount } from './facts.ts';

const HIDDEN = '(sensitive value)';

const object = (value: Json | undefined): JsonObject => (value !== undefined && isJsonObject(value) ? value : {});
const list = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : []);
const objects = (value: Json | undefined): readonly JsonObject[] => list(value).map(object);

/** A value without what `marks`, of the same shape, says is sensitive. */
const withoutSensitive = (value: Json | undefined, marks: Json | undefined): Json => {
  if (marks === true) return HIDDEN;
  if (value === undefined) return null;
  if (Array.isArray(value) && Array.isArray(marks)) {
    return value.map((entry: Json, at) => withoutSensitive(entry, (marks as readonly Json[])[at]));
  }
  if (!isJsonObject(value) || marks === undefined || !isJsonObject(marks)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, withoutSensitive(member, marks[name])]),
  );
};

const changeOf = ({ address, change }: JsonObject): Json => {
  const { actions, before, after, after_unknown, before_sensitive, after_sensitive, replace_paths, importing } =
    object(change);
  return {
    address: address ?? null,
    actions: actions ?? null,
    before: withoutSensitive(before, before_sensitive),
    after: withoutSensitive(after, after_sensitive),
    unknown: after_unknown ?? null,
    replace: replace_paths ?? null,
    importing: importing ?? null,
  };
};

/**
 * What would be done, as one text that is equal for equal plans: the changes, without sensitive values, and the configuration, whose
 * provisioners no change shows.
 */
export const digestOf = (plan: JsonObject): string => {
  const outputs = Object.entries(object(plan['output_changes'])).map(([name, change]) => [name, changeOf({ change })]);
  const said = {
    changes: objects(plan['resource_changes']).map(changeOf),
    outputs: Object.fromEntries(outputs) as JsonObject,
    configuration: plan['configuration'] ?? null,
  };
  return createHash('sha256').update(canonicalJson(said)).digest('hex');
};

/** How many resources are added, changed and destroyed; one that is replaced counts twice, as Terraform has it. */
export const countsOf = (plan: JsonObject): ChangeCount => {
  const counts = { add: 0, change: 0, destroy: 0 };
  for (const { change } of objects(plan['resource_changes'])) {
    const actions = list(object(change)['actions']);
    if (actions.includes('create')) counts.add += 1;
    if (actions.includes('update')) counts.change += 1;
    if (actions.includes('delete')) counts.destroy += 1;
  }
  return counts;
};

/** Whether the world is not as the state has it. */
export const hasDrifted = (plan: JsonObject): boolean =>
  objects(plan['resource_drift']).some(({ change }) => !list(object(change)['actions']).includes('no-op'));

/** Resources that would run a program here: with a `local-exec` provisioner, or by the provider `external`. */
export const programsIn = (plan: JsonObject): readonly string[] =>
  programsOf(object(object(plan['configuration'])['root_module']), '');

const programsOf = (module: JsonObject, prefix: string): readonly string[] => [
  ...objects(module['resources'])
    .filter(runsProgram)
    .map(({ address }) => `${prefix}${typeof address === 'string' ? address : '?'}`),
  ...Object.entries(object(module['module_calls'])).flatMap(([name, call]) =>
    programsOf(object(object(call)['module']), `${prefix}module.${name}.`),
  ),
];

const runsProgram = ({ type, mode, provisioners }: JsonObject): boolean =>
  (type === 'external' && mode === 'data') ||
  objects(provisioners).some((provisioner) => provisioner['type'] === 'local-exec');
