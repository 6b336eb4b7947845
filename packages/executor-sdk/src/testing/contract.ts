import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { done } from '@pao/bus';
import type { DefinedAction } from '../action/define-action.ts';
import { createHandleCommand } from '../adapters/bus/handle-command.ts';
import { attemptName, keyOf } from '../core/domain/attempt.ts';
import { withTrail } from '../core/domain/ending.ts';
import {
  cancelledEvent,
  completedTask,
  endedEvent,
  progressedEvent,
  startedEvent,
  type TaskEvent,
} from '../core/domain/task-events.ts';
import type { Ending, Park } from '../core/domain/verdict.ts';
import { waitingEvent } from '../core/domain/waiting-event.ts';
import type { ActionRunner } from '../core/ports/action-runner.ts';
import { announcement } from '../run/announcer.ts';
import { commandOf, newId } from './commands.ts';
import { pactsFolder } from './pacts-folder.ts';

/** What the request service needs of an executor, and an executor of it. */
export const pactFileOf = (consumer: 'pao-request' | 'pao-executor'): string => {
  const provider = consumer === 'pao-request' ? 'pao-executor' : 'pao-request';
  return fileURLToPath(new URL(`${consumer}-${provider}.json`, pactsFolder));
};

type Message = Pick<TaskEvent, 'type' | 'body'>;

const TICKET = {
  ...{ system: 'jira', instance: 'default', id: '10001', fields: { arn: 'customfield_1' } },
  ...{ key: 'PLAT-1', url: 'https://jira.example/browse/PLAT-1' },
};
const SUCCESS = { kind: 'ok', result: {}, offered: {}, evidence: {} } as const;
const failure = { code: 'HTTP_422', message: 'the target refused the call' };

/** What an executor that serves `runners` tells, by the descriptions of the interactions of the pact. */
export const contractMessages = (runners: readonly ActionRunner[]): Readonly<Record<string, Message>> => {
  const command = commandOf();
  const at = new Date();
  const moment = () => ({ id: newId(), startedAt: at, at });
  const trail = { attempt: attemptName(keyOf(command, 'run')), target: 'a target', tries: 1 };
  const ended = (ending: Ending, outputs = {}) => endedEvent(command, withTrail(ending, trail), outputs, moment());
  const parked = (park: object) => {
    const whole = { what: 'the run', atMostMs: 60_000, state: {}, ...park } as Park;
    return waitingEvent(command, whole, { ...moment(), until: new Date(at.getTime() + 60_000) });
  };
  const line = { sequence: 1, at: at.toISOString(), level: 'info', message: 'half way' } as const;
  const next = commandOf({
    requestId: command.requestId,
    completedBefore: [completedTask(command, SUCCESS, { endpoint: 'db.example' }, { ...moment(), log: [line] })],
  });
  const cancellation = { ...command, actionType: command.action.type };
  return {
    'the news that a task has been under way for a moment': startedEvent(command, moment()),
    'the news that a task succeeded': ended(SUCCESS, { endpoint: 'db.example' }),
    'the news that a task succeeded right behind another': endedEvent(
      next,
      withTrail(SUCCESS, trail),
      { endpoint: 'app.example' },
      moment(),
    ),
    'the news that a task waits for its ticket': ended({ ...SUCCESS, waitsFor: TICKET }, { key: 'PLAT-1' }),
    'the news that a task failed': ended({ kind: 'definite-failure', failure }),
    'the news that nobody knows how a task ended': ended({ kind: 'unknown', failure }),
    'the news that a task was cancelled before it had started': cancelledEvent(cancellation, moment()),
    'the news that a waiting task was cancelled': cancelledEvent(cancellation, moment(), 'parked'),
    'the news that a task waits for a run': parked({ kind: 'check', afterMs: 1_000 }),
    'the news that a task waits for a callback': parked({ kind: 'callback' }),
    'the news that a task waits for a decision': parked({ kind: 'approval', details: '1 to add' }),
    'the news of how far a task is': progressedEvent(command, [line], { ...moment(), progress: { percent: 50 } }),
    'the news of who serves what': announcement({
      pool: 'team',
      instance: 'team-1',
      runners,
      id: newId(),
      at,
      stopping: false,
    }),
  };
};

interface PactMessage {
  readonly description: string;
  readonly contents: { readonly content: unknown };
  readonly metadata: { readonly type: string };
}

/** Takes each example of what the request service sends; throws for one that is not understood. */
const takeExamples = async (): Promise<void> => {
  const pact = JSON.parse(await readFile(pactFileOf('pao-executor'), 'utf8')) as {
    readonly interactions: readonly PactMessage[];
  };
  for (const { description, contents, metadata } of pact.interactions) {
    const taken: string[] = [];
    const handle = createHandleCommand({
      executeTask: async ({ taskId }) => {
        taken.push(taskId);
        return { kind: 'done' };
      },
      cancelTask: async ({ taskId }) => void taken.push(taskId),
      answerTask: async ({ taskId }) => {
        taken.push(taskId);
        return { kind: 'done' };
      },
    });
    const about = { messageId: '1', groupId: '1', dedupId: '1', receiveCount: 1, sentAt: new Date() };
    const handled = await handle({ ...about, type: metadata.type, body: JSON.stringify(contents.content) });
    if (handled !== done || taken.length !== 1) throw new Error(`not taken: ${description}`);
  }
};

/**
 * Holds an executor with these actions against the published contract, both ways. Needs the package `@pact-foundation/pact`; rejects with
 * what does not fit.
 */
export const verifyContract = async (actions: readonly DefinedAction[]): Promise<void> => {
  await takeExamples();
  process.env['PACT_DO_NOT_TRACK'] ??= 'true';
  const { MessageProviderPact, providerWithMetadata } = await import('@pact-foundation/pact');
  const messages = Object.entries(contractMessages(actions)).map(([description, { type, body }]) => {
    const metadata = { type, contentType: 'application/json' };
    return [description, providerWithMetadata(async () => JSON.parse(body) as unknown, metadata)] as const;
  });
  await new MessageProviderPact({
    provider: 'pao-executor',
    pactUrls: [pactFileOf('pao-request')],
    logLevel: 'error',
    messageProviders: Object.fromEntries(messages),
  }).verify();
};
