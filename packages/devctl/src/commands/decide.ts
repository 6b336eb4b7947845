import { type DecidedRequest, operations } from '@pao/contracts';
import { type CommandContext, must, printJson } from '../context.ts';
import { paintStatus } from '../output.ts';
import { watchRequests } from './watch.ts';

export interface DecideOptions {
  readonly reason?: string;
  readonly yes?: boolean;
  readonly watch?: boolean;
}

/** Asks whoever sits at the terminal; where nobody does, the command itself is the answer. */
export const isConfirmed = async (
  { terminal }: CommandContext,
  question: string,
  { yes }: DecideOptions,
): Promise<boolean> => {
  if (yes === true || terminal.confirm === undefined || (await terminal.confirm(question))) return true;
  terminal.out('Nothing was changed.');
  return false;
};

export const reasonOf = ({ reason }: DecideOptions): { readonly reason?: string } =>
  reason === undefined ? {} : { reason };

/** What became of the decision; followed to its end where that is asked for. */
export const reportDecision = async (
  context: CommandContext,
  decided: DecidedRequest,
  { watch }: DecideOptions,
): Promise<void> => {
  if (watch === true) return watchRequests(context, [decided.id]);
  if (context.format === 'json') return printJson(context, decided);
  const { data } = await must(context, operations.getRequestStatus, { params: { id: decided.id } });
  context.terminal.out(`The request is ${paintStatus(context.terminal, data.status)}.`);
  if (data.status !== 'aborted') context.terminal.out(`Follow it: devctl request status ${decided.id} --watch`);
  return undefined;
};
