import { configInvalid, type Failure } from '@pao/executor-sdk';
import { err, type Json, type JsonObject, ok, type Result } from '@pao/kernel';
import type { ServiceNowConfig } from './config.ts';

/** By which a record is found again. */
const CORRELATION = 'correlation_id';

/** Lists are comma-separated there; what has members is JSON text. */
const valueOf = (value: Json): Json => {
  if (Array.isArray(value) && value.every((entry) => typeof entry !== 'object')) return value.map(String).join(',');
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : value;
};

const plain = (variables: ServiceNowConfig['variables']): JsonObject =>
  Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, valueOf(value)]));

/** What is sent for an attempt: its name goes along where the target keeps it. */
export type Variables = (name: string) => JsonObject;

export const variablesOf = (config: ServiceNowConfig): Result<Variables, Failure> => {
  const { table, variables, correlationVariable } = config;
  const own = table === undefined ? correlationVariable : CORRELATION;
  if (own !== undefined && Object.hasOwn(variables, own))
    return err(configInvalid(`variables.${own}`, 'is set by the executor, to the name of the attempt'));
  const given = plain(variables);
  return ok((name) => (own === undefined ? given : { ...given, [own]: name }));
};
