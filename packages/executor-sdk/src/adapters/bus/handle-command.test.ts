import { done, retryLater } from '@pao/bus';
import test from 'ava';
import type { TaskCommand } from '../../core/domain/task-command.ts';
import type { Executed } from '../../core/use-cases/execute-task.ts';
import { commandOf, orderMessage } from '../../testing/commands.ts';
import { createHandleCommand } from './handle-command.ts';

const TRACE = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

/** Takes a message, and gives what became of it. */
const taken = async (
  command: TaskCommand,
  followUps: readonly TaskCommand[],
  executed: Executed = { kind: 'done' },
) => {
  const calls: { readonly command: TaskCommand; readonly followUps: readonly TaskCommand[] }[] = [];
  const unused = async () => {
    throw new Error('not for this message');
  };
  const handle = createHandleCommand({
    executeTask: async (command, followUps = []) => {
      calls.push({ command, followUps });
      return executed;
    },
    cancelTask: unused,
    answerTask: unused,
  });
  const about = { messageId: '1', receiveCount: 1, sentAt: new Date() };
  return { handled: await handle({ ...about, ...orderMessage(command, followUps) }), calls };
};

const without = ({ fingerprint: _digest, ...command }: TaskCommand) => command;

test('what a message brings beside its task become commands of their own, of the same request, tenant, correlation and trace', async (t) => {
  const shared = { tenantId: 'acme', correlationId: 'c-1', traceparent: TRACE };
  const command = commandOf(shared);
  const own = { ...shared, requestId: command.requestId };
  const followUps = [
    commandOf({ ...own, generation: 3, action: { id: 'second', outputs: { id: 'body.id' }, idempotent: true } }),
    commandOf({ ...own, action: { id: 'third', sealedConfig: 'sealed', timeoutSeconds: 60, config: {} } }),
  ];
  const { handled, calls } = await taken(command, followUps);
  t.is(handled, done);
  t.is(calls.length, 1);
  t.deepEqual(calls[0] && without(calls[0].command), without(command));
  t.deepEqual(calls[0]?.followUps.map(without), followUps.map(without));
});

test('a command is recognised by what it asks for, whichever message brings it and however its secrets are sealed', async (t) => {
  const [one, other] = [
    commandOf({ action: { id: 'one', sealedConfig: 'a' } }),
    commandOf({ action: { id: 'other' } }),
  ];
  const resealed = { ...one, action: { ...one.action, sealedConfig: 'b' } };
  const [first] = (await taken(one, [other])).calls;
  const [second] = (await taken(other, [resealed])).calls;
  t.is(first?.command.fingerprint, second?.followUps[0]?.fingerprint);
  t.is(first?.followUps[0]?.fingerprint, second?.command.fingerprint);
  t.not(first?.command.fingerprint, first?.followUps[0]?.fingerprint);
});

test('a message without more tasks brings none, and one that has to be looked at again comes again', async (t) => {
  const { handled, calls } = await taken(commandOf(), [], { kind: 'later', afterMs: 7_000 });
  t.deepEqual(handled, retryLater(7_000));
  t.deepEqual(calls[0]?.followUps, []);
});
