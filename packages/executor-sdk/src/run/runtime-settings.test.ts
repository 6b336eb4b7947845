import { ConfigError, loadConfig } from '@pao/runtime';
import test from 'ava';
import { z } from 'zod';
import { runtimeOf, runtimeSettings, secretsIn } from './runtime-settings.ts';

const read = (variables: NodeJS.ProcessEnv) => loadConfig(z.object(runtimeSettings()).transform(runtimeOf), variables);

test('an executor without a name takes one of its process, and does not rely on being the only one', (t) => {
  const { owner, ...times } = read({});
  t.regex(owner.instance, new RegExp(`-${process.pid}$`));
  t.false(owner.exclusive);
  t.deepEqual(times, { announceAfterMs: 250, sweepMs: 30_000, wakeMs: 1_000 });
});

test('a name that is given is relied on, and each start is told apart', (t) => {
  const [one, two] = [0, 1].map(() => read({ PAO_EXECUTOR_INSTANCE: 'eu-1' }).owner);
  t.like(one, { instance: 'eu-1', exclusive: true });
  t.not(one?.bootId, two?.bootId);
});

test('a name is not longer than what can be told of it', (t) => {
  t.is(read({ PAO_EXECUTOR_INSTANCE: 'a'.repeat(200) }).owner.instance.length, 200);
  t.throws(() => read({ PAO_EXECUTOR_INSTANCE: 'a'.repeat(201) }), { instanceOf: ConfigError });
});

test('only variables with the prefix are secrets', (t) => {
  const secrets = secretsIn({
    PAO_SECRET_TOKEN: 'x',
    PAO_SECRET_EMPTY: '',
    PAO_SECRETS_DIR: '/run',
    AWS_SECRET_ACCESS_KEY: 'y',
  });
  t.deepEqual(
    [...secrets],
    [
      ['TOKEN', 'x'],
      ['EMPTY', ''],
    ],
  );
});
