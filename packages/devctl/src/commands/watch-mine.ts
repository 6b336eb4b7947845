import { type FollowedChange, operations } from '@pao/contracts';
import type { Command } from 'commander';
import type { CommandContext } from '../context.ts';
import { paintStatus, printable } from '../output.ts';
import { stayWith } from './stay.ts';
import { watchRequests } from './watch.ts';

interface WatchOptions {
  readonly all?: boolean;
  readonly team?: string;
  readonly status?: string;
}

const print = (context: CommandContext, change: FollowedChange): void => {
  if (context.format === 'json') return context.terminal.out(JSON.stringify(change));
  const what = `${printable(change.change)}: ${paintStatus(context.terminal, change.to)}`;
  return context.terminal.out(`${change.at}  ${change.requestId}  ${printable(change.name)}  ${what}`);
};

const watchMine = (context: CommandContext, options: WatchOptions): Promise<void> => {
  const query = {
    ...(options.all === true ? { scope: 'all' as const } : {}),
    ...(options.team === undefined ? {} : { team: options.team }),
    ...(options.status === undefined ? {} : { status: options.status }),
  };
  return stayWith(context, async (lastEventId, onEventId) => {
    const input = {
      query,
      signal: context.terminal.signal,
      onEventId,
      ...(lastEventId === undefined ? {} : { lastEventId }),
    };
    for await (const change of context.client.stream(operations.streamMyRequests, input)) print(context, change);
    return 'broken';
  });
};

export const addWatchCommand = (request: Command, context: () => CommandContext): void => {
  request
    .command('watch')
    .description(
      'every change of your requests as it happens, until interrupted; with an id, of that one until it is done',
    )
    .argument('[id]')
    .option('--team <team>', 'instead of your own: of members of this team, which is one of yours')
    .option('--status <status>', 'only changes of requests to this state, or to these, with commas between')
    .option('--all', "everybody's, for operators and admins")
    .action((id: string | undefined, options: WatchOptions) =>
      id === undefined ? watchMine(context(), options) : watchRequests(context(), [id]),
    );
};
