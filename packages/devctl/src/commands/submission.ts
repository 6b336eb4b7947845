import { isJsonObject, type Json, type JsonObject } from '@pao/kernel';
import type { Command } from 'commander';
import type { CommandContext } from '../context.ts';
import { UsageError } from '../failures.ts';
import { applySetting, readInput } from '../input.ts';
import { applySecret } from '../secrets.ts';

/** How people say what they ask for. */
export interface AskOptions {
  readonly item?: string;
  readonly bundle?: string;
  readonly team?: string;
  readonly input?: string;
  readonly set: readonly string[];
  readonly secret: readonly string[];
}

/** What is asked for, as the API takes it. The server judges it. */
export interface Submission {
  readonly items: readonly Json[];
}

const collect = (value: string, previous: readonly string[]): readonly string[] => [...previous, value];

export const withAskOptions = (command: Command): Command =>
  command
    .option('--item <id>', 'the catalog item')
    .option('--bundle <id>', 'the bundle')
    .option('--team <team>', 'for which of your teams; the first one when absent')
    .option('--input <file>', 'the form as JSON; - reads standard input')
    .option('--set <field=value>', 'one field, such as name=orders or basic.storageGb=50 (repeatable)', collect, [])
    .option(
      '--secret <field[=env:NAME]>',
      'a password field, such as basic.password=env:DB_PASSWORD; without a variable it is asked for and not shown (repeatable). Not with --set: the shell keeps what is typed',
      collect,
      [],
    );

export const submissionOf = async (context: CommandContext, options: AskOptions): Promise<Submission> => {
  const given = options.input === undefined ? {} : await readInput(context.terminal, options.input);
  if (options.item === undefined && options.bundle === undefined) {
    if (isJsonObject(given) && Array.isArray(given['items'])) return given as JsonObject & Submission;
    throw new UsageError('name an --item or a --bundle, or give an --input with an "items" array');
  }
  if (!isJsonObject(given)) throw new UsageError('the input must be a JSON object');
  let input = options.set.reduce(applySetting, given);
  for (const secret of options.secret) input = await applySecret(context.terminal, input, secret);
  return {
    items: [
      {
        schemaVersion: 'catalog/v1',
        ...(options.item === undefined ? {} : { catalogItemId: options.item }),
        ...(options.bundle === undefined ? {} : { bundleId: options.bundle }),
        input,
        ...(options.team === undefined ? {} : { team: options.team }),
      },
    ],
  };
};
