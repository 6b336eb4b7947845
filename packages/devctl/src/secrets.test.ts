import test from 'ava';
import { UsageError } from './failures.ts';
import { applySecret } from './secrets.ts';
import type { Terminal } from './terminal.ts';

const terminal = (rest: Partial<Terminal> = {}): Terminal => ({
  out: () => {},
  error: () => {},
  environment: { ADMIN_PASSWORD: '0042', EMPTY: '' },
  readStandardInput: async () => '',
  colour: false,
  signal: new AbortController().signal,
  ...rest,
});

test('a secret comes from a variable as the text it is, beside the other fields of its group', async (t) => {
  const input = { name: 'orders', basic: { size: 1 } };
  t.deepEqual(await applySecret(terminal(), input, 'basic.password=env:ADMIN_PASSWORD'), {
    name: 'orders',
    basic: { size: 1, password: '0042' },
  });
});

test('a secret is asked for at a terminal when no variable is named', async (t) => {
  const asked: string[] = [];
  const askSecret = async (question: string): Promise<string> => {
    asked.push(question);
    return 'from a person';
  };
  const input = await applySecret(terminal({ askSecret }), {}, 'basic.password');
  t.deepEqual(input, { basic: { password: 'from a person' } });
  t.deepEqual(asked, ['basic.password: ']);
});

test('a secret that was written down in the command is refused and not repeated', async (t) => {
  for (const option of ['basic.password=hunter22', 'password=hunter22', 'hunter22', 'basic.password=env:hunter22-x']) {
    const error = await t.throwsAsync(applySecret(terminal(), {}, option), { instanceOf: UsageError });
    t.regex(error?.message ?? '', /env:NAME/);
    t.notRegex(error?.message ?? '', /hunter22/);
  }
});

test('an empty variable, an empty answer and a missing terminal are said', async (t) => {
  await t.throwsAsync(applySecret(terminal(), {}, 'basic.password=env:EMPTY'), { message: /EMPTY is not set/ });
  await t.throwsAsync(applySecret(terminal(), {}, 'basic.password'), { message: /no terminal to ask at/ });
  const silent = terminal({ askSecret: async () => '' });
  await t.throwsAsync(applySecret(silent, {}, 'basic.password'), { message: /nothing was entered/ });
});
