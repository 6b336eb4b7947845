import type { Answer, CallInput, Client } from '@pao/client';
import type { Operation } from '@pao/contracts';
import { CallFailed } from './failures.ts';
import type { OutputFormat } from './output.ts';
import type { Terminal } from './terminal.ts';

export interface CommandContext {
  readonly terminal: Terminal;
  readonly client: Client;
  readonly format: OutputFormat;
  readonly url: string;
}

/** Calls and gives the answer, or ends the command with the reason. */
export const must = async <O extends Operation>(
  context: CommandContext,
  operation: O,
  input: CallInput<O> = {},
): Promise<Answer<O>> => {
  const result = await context.client.call(operation, { signal: context.terminal.signal, ...input });
  if (!result.ok) throw new CallFailed(result.error);
  return result.value;
};

export const printJson = (context: CommandContext, value: unknown): void =>
  context.terminal.out(JSON.stringify(value, null, 2));
