import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import test from 'ava';
import { createSigner } from './signature.ts';

interface Captured {
  readonly headers: Record<string, string>;
  readonly body: string | Uint8Array;
}

/** A request as the SDK signs it, caught before it leaves. */
const signedBySdk = async (credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string }) => {
  let captured: Captured = { headers: {}, body: '' };
  const client = new SQSClient({
    region: 'eu-central-1',
    credentials,
    maxAttempts: 1,
    requestHandler: {
      handle: async (request: Captured) => {
        captured = request;
        throw new Error('caught');
      },
    },
  });
  const Entries = [{ Id: '0', MessageGroupId: 'g', MessageDeduplicationId: 'd', MessageBody: 'grüße 🙂' }];
  const command = new SendMessageBatchCommand({ QueueUrl: 'https://sqs.eu-central-1.amazonaws.com/1/q.fifo', Entries });
  await client.send(command).catch(() => {});
  return captured;
};

for (const credentials of [
  { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' },
  { accessKeyId: 'ASIAEXAMPLE', secretAccessKey: 'secret', sessionToken: 'a+token/with=signs' },
]) {
  test(`signs as the SDK does with the key ${credentials.accessKeyId}`, async (t) => {
    const { headers, body } = await signedBySdk(credentials);
    const expected = headers['authorization'] ?? '';
    const names = /SignedHeaders=([^,]+)/.exec(expected)?.[1]?.split(';') ?? [];
    t.true(names.includes('host') && names.includes('x-amz-target'));
    const time = headers['x-amz-date'] ?? '';
    const ours = names.filter((name) => name !== 'x-amz-date' && name !== 'x-amz-security-token');
    const unsigned = {
      headers: Object.fromEntries(ours.map((name) => [name, headers[name] ?? ''])),
      body: typeof body === 'string' ? body : new TextDecoder().decode(body),
    };
    const now = new Date(time.replace(/(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/, '$1-$2-$3T$4:$5:$6Z'));
    const sign = createSigner({ service: 'sqs', region: 'eu-central-1' });
    t.is(sign(unsigned, credentials, now)['authorization'], expected);
    t.is(sign(unsigned, credentials, now)['x-amz-security-token'], headers['x-amz-security-token']);
  });
}

test('another day or another secret makes another key', (t) => {
  const sign = createSigner({ service: 'sqs', region: 'eu-central-1' });
  const request = { headers: { host: 'localhost' }, body: '{}' };
  const signature = (secretAccessKey: string, day: string) =>
    sign(request, { accessKeyId: 'A', secretAccessKey }, new Date(`${day}T00:00:00Z`))['authorization']?.slice(-64);
  const all = [signature('a', '2026-01-01'), signature('b', '2026-01-01'), signature('a', '2026-01-02')];
  t.is(new Set(all).size, 3);
  t.is(signature('a', '2026-01-01'), all[0]);
});
