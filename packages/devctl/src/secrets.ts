import type { JsonObject } from '@pao/kernel';
import { UsageError } from './failures.ts';
import { putField } from './input.ts';
import type { Terminal } from './terminal.ts';

const OPTION = /^([A-Za-z]\w*)\.([A-Za-z]\w*)(?:=(.*))?$/s;
const FROM_ENVIRONMENT = /^env:([A-Za-z_]\w*)$/;

/**
 * Puts a secret into the input: `group.field=env:NAME` from a variable, `group.field` by asking at the terminal. Never from the command
 * line itself, which the shell writes down and other users of the machine can read.
 */
export const applySecret = async (terminal: Terminal, input: JsonObject, option: string): Promise<JsonObject> => {
  const [, group, field, source] = OPTION.exec(option) ?? [];
  // What was written may be the secret itself, so it is not repeated.
  if (group === undefined || field === undefined) throw new UsageError('--secret: write group.field=env:NAME');
  const name = `${group}.${field}`;
  const secret = source === undefined ? await askFor(terminal, name) : fromEnvironment(terminal, name, source);
  return putField(input, [group, field], secret);
};

const fromEnvironment = ({ environment }: Terminal, name: string, source: string): string => {
  const variable = FROM_ENVIRONMENT.exec(source)?.[1];
  if (variable === undefined)
    throw new UsageError(`--secret ${name}: give the name of a variable, as in --secret ${name}=env:NAME`);
  const secret = environment[variable];
  if (secret === undefined || secret === '')
    throw new UsageError(`--secret ${name}: the variable ${variable} is not set`);
  return secret;
};

const askFor = async ({ askSecret }: Terminal, name: string): Promise<string> => {
  if (askSecret === undefined)
    throw new UsageError(`--secret ${name}: there is no terminal to ask at; write --secret ${name}=env:NAME`);
  const secret = await askSecret(`${name}: `);
  if (secret === '') throw new UsageError(`--secret ${name}: nothing was entered`);
  return secret;
};
