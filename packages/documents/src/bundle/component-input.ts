import { err, isJsonObject, type Json, type JsonObject, ok, type Result } from '@pao/kernel';
import { formOf } from '../form/definition.ts';
import { type EvaluatedInput, evaluateInput } from '../form/evaluate.ts';
import type { FieldError } from '../form/issue.ts';
import { eachText } from '../pointer.ts';
import type { Component } from './expand.ts';
import { mappingPaths, resolveMapping } from './mapping.ts';

/**
 * The input of one component of a bundle: what the bundle's form was given, under what the component itself supplies,
 * cut to the fields of the item's form and judged by it. `values` also keeps what only the bundle asks, since all
 * components share `.current`; errors name the fields of the item's form.
 */
export const componentInput = (
  component: Component,
  bundleInput: EvaluatedInput,
): Result<EvaluatedInput, readonly FieldError[]> => {
  const supplied = resolveMapping(component.input, bundleInput.values);
  if (!supplied.ok) return supplied;
  const form = formOf(component.item);
  const merged = merge(bundleInput.values, supplied.value);
  const own = evaluateInput(component.item, pick(merged, [...form.byPath.keys()]));
  if (!own.ok) return err(own.error);
  return ok({
    values: merge(bundleInput.values, own.value.values),
    secretPaths: union(bundleInput.secretPaths, [
      ...own.value.secretPaths,
      ...mappedSecrets(component.input, bundleInput),
    ]),
    declaredPaths: union(bundleInput.declaredPaths, own.value.declaredPaths),
  });
};

/** What a secret is mapped to is as secret as the password it comes from. */
const mappedSecrets = (input: JsonObject, { secretPaths }: EvaluatedInput): readonly string[] => {
  const found: string[] = [];
  eachText(input, [], (text, path) => {
    if (mappingPaths(text).some((mapped) => mapped !== undefined && secretPaths.includes(mapped)))
      found.push(path.join('.'));
  });
  return found;
};

const union = (a: readonly string[], b: readonly string[]): readonly string[] => [...new Set([...a, ...b])];

/** Groups are merged field by field, anything else is replaced. */
const merge = (below: JsonObject, above: JsonObject): JsonObject => {
  const result: { [key: string]: Json } = { ...below };
  for (const [key, value] of Object.entries(above)) {
    const under = result[key];
    result[key] = isJsonObject(value) && isJsonObject(under) ? { ...under, ...value } : value;
  }
  return result;
};

const pick = (values: JsonObject, paths: readonly string[]): JsonObject => {
  const result: { [key: string]: Json } = {};
  for (const path of paths) {
    const [group = '', field] = path.split('.');
    const home = values[group];
    if (field === undefined) {
      if (home !== undefined) result[group] = home;
    } else if (isJsonObject(home) && Object.hasOwn(home, field)) {
      result[group] = { ...(result[group] as JsonObject | undefined), [field]: home[field] ?? null };
    }
  }
  return result;
};
