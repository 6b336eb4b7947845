import {
  createCompileOutputs,
  createEnvironmentSecrets,
  createPrepareTask,
  type Sealer,
  type TaskCommand,
} from '@pao/executor-sdk';
import { commandOf } from '@pao/executor-sdk/testing';
import { httpServer, type ReceivedRequest } from '@pao/testkit';
import test, { type ExecutionContext } from 'ava';
import { createJiraTicketAction } from '../src/adapters/jira/action.ts';
import { createRestApiAction } from '../src/adapters/rest-api/action.ts';
import { NAME, senderTo } from './support/effects.ts';
import { sealedFor, sealerNamed } from './support/sealed.ts';

const CANARY = 'c4nary/"pass" wörd';

const ours = sealerNamed('ours');

/** Where people put a password, and the parts of the answer that give it back. */
const partsFor = (url: string) => ({
  config: {
    endpoint: { url: `${url}/databases`, method: 'POST' },
    headers: { 'X-Admin': 'c4nary-header' },
    body: { type: 'json', contentTemplate: { password: CANARY } },
  },
  secrets: [CANARY, 'c4nary-header'],
  members: ['headers', 'body'],
});

const openTarget = async (t: ExecutionContext, status: number, answer: (request: ReceivedRequest) => string) => {
  const server = await httpServer(t, (request, response) => {
    const echo = String(request.headers['x-admin']);
    response.writeHead(status, { 'content-type': 'application/json', 'x-request-id': echo, location: `/${echo}` });
    response.end(answer(request));
  });
  const rest = createRestApiAction({
    send: senderTo(t, server),
    secrets: createEnvironmentSecrets(new Map()),
    now: () => new Date(),
  });
  const jira = createJiraTicketAction({ send: senderTo(t, server), instances: new Map(), now: () => new Date() });
  const prepareWith = (sealer: Sealer | undefined) =>
    createPrepareTask({
      runners: new Map([rest, jira].map((runner) => [runner.type, runner])),
      compileOutputs: createCompileOutputs(),
      sealer,
    });
  return { server, prepareWith };
};

const run = async (prepare: ReturnType<typeof createPrepareTask>, command: TaskCommand) => {
  const prepared = await prepare(command);
  if (!prepared.ok) throw new Error(prepared.error.message);
  const { effect, readOutputs } = prepared.value;
  const verdict = await effect.run({ name: NAME, remainingMs: 5_000 });
  const outputs = verdict.kind === 'ok' ? readOutputs(verdict.result).outputs : {};
  return { verdict, outputs, target: effect.target };
};

test('the target gets the secret as it is, and what it answers is told without it', async (t) => {
  const { server, prepareWith } = await openTarget(t, 201, ({ body }) => `{"id": "db-1", "got": ${body}}`);
  const command = commandOf({ action: { outputs: { id: 'body.id', got: 'body.got', where: 'headers.location' } } });
  const { verdict, outputs } = await run(prepareWith(ours), sealedFor(command, ours, partsFor(server.url)));
  t.is(server.requests.length, 1);
  t.deepEqual(JSON.parse(server.requests[0]?.body ?? ''), { password: CANARY });
  t.is(server.requests[0]?.headers['x-admin'], 'c4nary-header');
  t.is(verdict.kind, 'ok');
  t.deepEqual(outputs, { id: 'db-1', got: { password: '[redacted]' }, where: '/[redacted]' });
  t.notRegex(JSON.stringify(verdict), /c4nary/);
});

test('an error that quotes the secret is evidence without it, however it is written', async (t) => {
  const bodies = [
    (body: string) => body,
    () => `{"error": "c4nary\\/\\"pass\\" w\\u00f6rd is too weak"}`,
    () => `<p>c4nary/&quot;pass&quot; wörd</p>`,
    () => `${'x'.repeat(2_040)} ${CANARY}`,
  ];
  for (const status of [400, 500]) {
    for (const bodyOf of bodies) {
      const { server, prepareWith } = await openTarget(t, status, ({ body }) => bodyOf(body));
      const { verdict } = await run(prepareWith(ours), sealedFor(commandOf(), ours, partsFor(server.url)));
      t.is(verdict.kind, status === 400 ? 'definite-failure' : 'unknown');
      t.notRegex(JSON.stringify(verdict), /c4nary|w(ö|\\u00f6)rd/);
    }
  }
});

test('a secret that is a number stays out as a number too, and the answer is still understood', async (t) => {
  const { server, prepareWith } = await openTarget(t, 200, () => '{"pin": 48151623, "id": 1}');
  const parts = { ...partsFor(server.url), secrets: ['48151623'] };
  const { verdict } = await run(prepareWith(ours), sealedFor(commandOf(), ours, parts));
  t.like(verdict, { kind: 'ok', result: { body: { pin: '[redacted]', id: 1 } } });
});

test('what can’t be opened fails for certain, says why, and nothing is sent', async (t) => {
  const { server, prepareWith } = await openTarget(t, 200, () => '{}');
  const command = sealedFor(commandOf(), ours, partsFor(server.url));
  const cases: readonly (readonly [Sealer | undefined, TaskCommand, RegExp])[] = [
    [undefined, command, /set PAO_DATA_KEYS/],
    [sealerNamed('other'), command, /sealed with the key ours, which is not in PAO_DATA_KEYS/],
    [sealerNamed('ours'), command, /the key ours in PAO_DATA_KEYS is another one/],
    [ours, { ...command, tenantId: 'other' }, /altered or belong to another task/],
    [ours, { ...command, requestId: commandOf().requestId }, /altered or belong to another task/],
    [ours, { ...command, taskId: commandOf().taskId }, /altered or belong to another task/],
    [ours, { ...command, generation: 2 }, /altered or belong to another task/],
    [ours, { ...command, action: { ...command.action, sealedConfig: 'nonsense' } }, /not in a form/],
    [ours, sealedFor(command, ours, { config: {} } as never), /not in a form/],
  ];
  for (const [sealer, broken, reason] of cases) {
    const prepared = await prepareWith(sealer)(broken);
    t.like(prepared, { ok: false, error: { code: 'SECRETS_UNAVAILABLE' } });
    t.regex(prepared.ok ? '' : prepared.error.message, reason);
    t.notRegex(JSON.stringify(prepared), /c4nary/);
  }
  t.is(server.connections(), 0);
});

test('a secret never becomes part of a ticket or of an address', async (t) => {
  const { server, prepareWith } = await openTarget(t, 200, () => '{}');
  const parts = partsFor(server.url);
  const ticket = { ticket: { project: 'X', summaryTemplate: CANARY } };
  const commands = [
    sealedFor(commandOf({ action: { type: 'jira-ticket' } }), ours, { ...parts, config: ticket, members: ['ticket'] }),
    sealedFor(commandOf(), ours, { ...parts, members: ['endpoint'] }),
    sealedFor(commandOf(), ours, { ...parts, members: ['query', 'body'] }),
  ];
  for (const command of commands) {
    const prepared = await prepareWith(ours)(command);
    t.like(prepared, { ok: false, error: { code: 'SECRET_EXPOSED' } });
    t.notRegex(JSON.stringify(prepared), /c4nary/);
  }
  t.is(server.connections(), 0);
});

test('a configuration that is refused is not quoted', async (t) => {
  const { server, prepareWith } = await openTarget(t, 200, () => '{}');
  const parts = partsFor(server.url);
  const body = { type: 'json', contentTemplate: `{"password": c4nary-bare}` };
  const prepared = await prepareWith(ours)(
    sealedFor(commandOf(), ours, { ...parts, config: { ...parts.config, body }, secrets: ['c4nary-bare'] }),
  );
  t.like(prepared, { ok: false, error: { code: 'CONFIG_INVALID' } });
  t.notRegex(JSON.stringify(prepared), /c4nary|bare/);
});
