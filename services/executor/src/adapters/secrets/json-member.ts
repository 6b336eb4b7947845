import type { Failure } from '@pao/executor-sdk';
import { secretNotFound as notFound, secretUnusable as unusable } from '@pao/executor-sdk';
import { err, isJsonObject, type Json, ok, type Result } from '@pao/kernel';

const parse = (text: string): Json | undefined => {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
};

const member = (value: Json | undefined, name: string): Json | undefined =>
  isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;

/** A member of the name as it is, or else the way of names between dots. */
const found = (value: Json | undefined, path: string): Json | undefined =>
  member(value, path) ?? path.split('.').reduce<Json | undefined>(member, value);

/** The text of a secret's member: texts, numbers and booleans are ones. */
export const textOfMember = (value: Json | undefined, path: string, reference: string): Result<string, Failure> => {
  const text = found(value, path);
  if (text === undefined || text === null || text === '')
    return err(notFound(reference, `is not there: what the store has has no member ${JSON.stringify(path)}.`));
  if (typeof text === 'object') return err(unusable(reference, 'is an object or a list, not a text.'));
  return ok(String(text));
};

/** `#path` of a secret that is JSON; the whole secret without one. */
export const pickMember = (secret: string, path: string | undefined, reference: string): Result<string, Failure> => {
  if (path === undefined) return secret === '' ? err(notFound(reference, 'is empty.')) : ok(secret);
  const value = parse(secret);
  if (!isJsonObject(value))
    return err(unusable(reference, 'asks for a member, but what the store has is no JSON object.'));
  return textOfMember(value, path, reference);
};
