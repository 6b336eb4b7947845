import { TransientError } from '@pao/kernel';
import { closedPort, httpServer } from '@pao/testkit';
import test, { type ExecutionContext } from 'ava';
import { createParameterSecrets, createSecretsManagerSecrets } from '../src/adapters/secrets/aws.ts';

const CREDENTIALS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret-access-key' };
const ARN = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:team/app-AbCdEf';

type Input = Readonly<Record<string, unknown>>;
type Answer = readonly [status: number, body: object];

const failing = (name: string, status = 400): Answer => [status, { __type: name, message: 'said by AWS' }];

/** Both services speak JSON with the operation in a header. */
const fakeAws = async (t: ExecutionContext, perform: (operation: string, input: Input) => Answer) => {
  const inputs: Input[] = [];
  const server = await httpServer(t, ({ headers, body }, response) => {
    const input = JSON.parse(body) as Input;
    inputs.push(input);
    const [status, answer] = perform(String(headers['x-amz-target']), input);
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(answer));
  });
  const options = { region: 'eu-central-1', endpoint: server.url, credentials: CREDENTIALS };
  return {
    server,
    inputs,
    manager: createSecretsManagerSecrets(options),
    parameters: createParameterSecrets(options),
  };
};

const SECRETS: Readonly<Record<string, string>> = {
  'team/app': 'plain-secret',
  'team@app': 'with-at',
  [ARN]: JSON.stringify({ user: 'app', db: { password: 'p4ss', port: 5432 }, 'a.b': 'dotted' }),
};

const secretsManager = (operation: string, { SecretId: id, VersionStage: stage }: Input): Answer => {
  const text = SECRETS[String(id)];
  if (operation !== 'secretsmanager.GetSecretValue' || text === undefined) return failing('ResourceNotFoundException');
  return [200, { Name: id, SecretString: typeof stage === 'string' ? `${text} (${stage})` : text }];
};

test('a secret of Secrets Manager is read by name or ARN, a member of it by its path, a stage by its name', async (t) => {
  const { manager, server } = await fakeAws(t, secretsManager);
  const cases: readonly (readonly [string, string])[] = [
    ['aws-sm:team/app', 'plain-secret'],
    ['aws-sm:team/app@AWSPREVIOUS', 'plain-secret (AWSPREVIOUS)'],
    ['aws-sm:team@app@AWSCURRENT', 'with-at (AWSCURRENT)'],
    [`aws-sm:${ARN}#user`, 'app'],
    [`aws-sm:${ARN}#db.password`, 'p4ss'],
    [`aws-sm:${ARN}#db.port`, '5432'],
    [`aws-sm:${ARN}#a.b`, 'dotted'],
  ];
  for (const [reference, value] of cases) t.deepEqual(await manager.resolve(reference), { ok: true, value }, reference);
  t.regex(
    String(server.requests[0]?.headers.authorization),
    /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/.+eu-central-1/,
  );
});

test('a secret that is bytes is read as text', async (t) => {
  const { manager } = await fakeAws(t, () => [200, { SecretBinary: Buffer.from('bÿtes').toString('base64') }]);
  t.deepEqual(await manager.resolve('aws-sm:x'), { ok: true, value: 'bÿtes' });
});

test('a parameter is read decrypted, and a member of it by its path', async (t) => {
  const { parameters, inputs } = await fakeAws(t, (_, { Name: name }) => [
    200,
    { Parameter: { Name: name, Type: 'SecureString', Value: '{"token":"from-ssm"}' } },
  ]);
  t.deepEqual(await parameters.resolve('aws-ssm:/team/app:3#token'), { ok: true, value: 'from-ssm' });
  t.deepEqual(inputs, [{ Name: '/team/app:3', WithDecryption: true }]);
});

test('what AWS refuses is a failure that names the reference and what to look at', async (t) => {
  let answer = failing('');
  const { manager, parameters } = await fakeAws(t, () => answer);
  const cases: readonly (readonly [string, string])[] = [
    ['ResourceNotFoundException', 'SECRET_NOT_FOUND'],
    ['ParameterNotFound', 'SECRET_NOT_FOUND'],
    ['AccessDeniedException', 'SECRET_DENIED'],
    ['UnrecognizedClientException', 'SECRET_DENIED'],
    ['DecryptionFailure', 'SECRET_DENIED'],
    ['InvalidRequestException', 'SECRET_UNUSABLE'],
    ['ValidationException', 'SECRET_UNUSABLE'],
  ];
  for (const [name, code] of cases) {
    answer = failing(name);
    for (const found of [await manager.resolve('aws-sm:app'), await parameters.resolve('aws-ssm:app')]) {
      t.like(found, { ok: false, error: { code } }, name);
      t.regex(found.ok ? '' : found.error.message, /aws-s?sm?:app.+/);
    }
  }
});

test('what is there but no text is a failure without any of it', async (t) => {
  let text = '';
  const { manager } = await fakeAws(t, () => [200, { SecretString: text }]);
  const cases: readonly (readonly [string, string, string])[] = [
    ['c4nary', 'aws-sm:x#member', 'SECRET_UNUSABLE'],
    ['["c4nary"]', 'aws-sm:x#0', 'SECRET_UNUSABLE'],
    ['{"c4nary":{"c4nary":1}}', 'aws-sm:x#c4nary', 'SECRET_UNUSABLE'],
    ['{"c4nary":1}', 'aws-sm:x#constructor', 'SECRET_NOT_FOUND'],
    ['{"c4nary":1}', 'aws-sm:x#other', 'SECRET_NOT_FOUND'],
    ['', 'aws-sm:x', 'SECRET_NOT_FOUND'],
    ['c4nary', 'aws-sm:', 'SECRET_UNUSABLE'],
    ['c4nary', 'aws-sm:x#', 'SECRET_UNUSABLE'],
    ['c4nary', 'aws-sm:x@', 'SECRET_UNUSABLE'],
  ];
  for (const [secret, reference, code] of cases) {
    text = secret;
    const found = await manager.resolve(reference);
    t.like(found, { ok: false, error: { code } }, reference);
    t.notRegex(JSON.stringify(found).replace(reference, ''), /c4nary(?!")/);
  }
});

test('a store that is away, or asks for patience, is for later', async (t) => {
  let answer = failing('');
  const { manager } = await fakeAws(t, () => answer);
  for (const away of [failing('InternalServiceError', 500), failing('ThrottlingException')]) {
    answer = away;
    await t.throwsAsync(manager.resolve('aws-sm:app'), { instanceOf: TransientError });
  }
  const endpoint = `http://127.0.0.1:${await closedPort()}`;
  const gone = createSecretsManagerSecrets({ region: 'eu-central-1', endpoint, credentials: CREDENTIALS });
  await t.throwsAsync(gone.resolve('aws-sm:app'), { instanceOf: TransientError });
});
