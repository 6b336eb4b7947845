import type { AddressInfo } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { SMTPServer } from 'smtp-server';
import { mailText } from '../src/adapters/notify/mail.ts';
import { createMailer } from '../src/adapters/notify/smtp.ts';
import type { Facts } from '../src/core/domain/notifications/subscription.ts';

const facts: Facts = {
  event: 'failed',
  request: { id: '01890a5d-ac96-774b-bcce-b302099a8057', name: 'db\r\nBcc: victim@example.test\u2028<b>x</b>' },
  catalog: { id: 'database' },
  requestedBy: 'dev@example.test',
  occurredAt: '2026-01-01T00:00:00.000Z',
};

const refusal = (responseCode: number): Error => Object.assign(new Error('canary-of-the-server'), { responseCode });

/** A real mail server on this machine; the first part of an address says what it answers. */
const startMail = async (t: ExecutionContext) => {
  const mails: { readonly to: readonly string[]; readonly raw: string }[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onRcptTo: ({ address }, _session, done) => {
      const code = Number(/^refuse-(\d+)@/.exec(address)?.[1]);
      return done(code > 0 ? refusal(code) : null);
    },
    onData: (stream, { envelope }, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        mails.push({ to: envelope.rcptTo.map(({ address }) => address), raw: Buffer.concat(chunks).toString() });
        done();
      });
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  t.teardown(() => new Promise<void>((resolve) => server.close(resolve)));
  const { port } = server.server.address() as AddressInfo;
  const mailer = createMailer({ url: new URL(`smtp://127.0.0.1:${port}`), from: 'pao@example.test' });
  t.teardown(() => mailer.close());
  return { mails, mailer };
};

const mail = mailText([facts], () => 'https://pao.example/api/v1/requests/1');

test('a name of a request adds no header and no recipient, and its markup is text', async (t) => {
  const { mails, mailer } = await startMail(t);
  t.like(await mailer.send(['dev@example.test'], 'msg_1', mail), { kind: 'ok', answer: 'SMTP_250' });
  const [{ to, raw } = { to: [], raw: '' }] = mails;
  t.deepEqual(to, ['dev@example.test']);
  const [headers = ''] = raw.split('\r\n\r\n');
  t.notRegex(headers, /^bcc:/im);
  t.regex(headers, /^message-id: <msg_1@example\.test>/im);
  t.regex(headers, /^subject: Request failed: db Bcc: victim@example\.test/im);
  t.false(mail.html.includes('<b>x</b>'));
  t.true(mail.html.includes('&lt;b&gt;x&lt;/b&gt;'));
});

test('an address that is refused for good is not tried again, one refused for now is', async (t) => {
  const { mailer } = await startMail(t);
  t.deepEqual(await mailer.send(['refuse-550@example.test'], 'msg_2', mail), {
    kind: 'refused',
    answer: 'SMTP_550',
    problem: 'The mail server answered 550.',
  });
  t.like(await mailer.send(['refuse-451@example.test'], 'msg_3', mail), { kind: 'later', answer: 'SMTP_451' });
});

test('a mail server that is away is tried again', async (t) => {
  const mailer = createMailer({ url: new URL('smtp://127.0.0.1:1'), from: 'pao@example.test' });
  t.teardown(() => mailer.close());
  t.like(await mailer.send(['dev@example.test'], 'msg_4', mail), { kind: 'later' });
});
