import type { Action, ActionRunner, Effect, Failure, Verdict } from '@pao/executor-sdk';
import { commandOf } from '@pao/executor-sdk/testing';
import { createEgress, createHttpSender, type SendHttp } from '@pao/outgoing';
import type { ExecutionContext } from 'ava';

export const NAME = 'pao-0192f0c1-0000-7000-8000-000000000001-g1-call';

/** Real HTTP that may call the given places on this machine. */
export const senderTo = (t: ExecutionContext, ...targets: readonly { readonly port: number }[]): SendHttp => {
  const allow = new Set(targets.map(({ port }) => `127.0.0.1:${port}`));
  const sender = createHttpSender(createEgress({ allow, map: new Map() }));
  t.teardown(() => sender.close());
  return sender.send;
};

export const prepared = async (runner: ActionRunner, action: Partial<Action>): Promise<Effect> => {
  const effect = await runner.prepare(commandOf({ action }).action, []);
  if (!effect.ok) throw new Error(`${effect.error.code}: ${effect.error.message}`);
  return effect.value;
};

export const refused = async (runner: ActionRunner, action: Partial<Action>): Promise<Failure> => {
  const effect = await runner.prepare(commandOf({ action }).action, []);
  if (effect.ok) throw new Error('nothing was wrong');
  return effect.error;
};

export const tried = async (runner: ActionRunner, action: Partial<Action>, remainingMs = 20_000): Promise<Verdict> =>
  (await prepared(runner, action)).run({ name: NAME, remainingMs });
