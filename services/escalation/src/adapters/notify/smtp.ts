import type { Told } from '../../core/ports/notification-channel.ts';
import type { MailText } from './mail.ts';

export interface SmtpSettings {
  /** `smtp://user:password@host:587` or `smtps://…`. */
  readonly url: URL;
  readonly from: string;
}

export interface Mailer {
  send(to: readonly string[], id: string, mail: MailText): Promise<Told>;
  close(): void;
}

const TIMEOUT_MS = 10_000;
const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Nothing leaves this machine in the clear: TLS from the start, or STARTTLS that has to succeed. */
const optionsOf = ({ url }: SmtpSettings) => {
  const secure = url.protocol === 'smtps:';
  const local = LOOPBACK.has(url.hostname);
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? (secure ? 465 : 587) : Number(url.port),
    secure,
    requireTLS: !secure && !local,
    ...(local && !secure && { ignoreTLS: true }),
    ...(url.username !== '' && {
      auth: { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) },
    }),
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    dnsTimeout: TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  };
};

const codeOf = (thrown: unknown): { readonly status: number | undefined; readonly code: string } => {
  const { responseCode, code } = thrown as { readonly responseCode?: unknown; readonly code?: unknown };
  return {
    status: typeof responseCode === 'number' ? responseCode : undefined,
    code: typeof code === 'string' && /^[A-Z_]{1,30}$/.test(code) ? code : 'ERROR',
  };
};

/** The server's own words may hold what we sent, so that only its code is kept. */
const failureOf = (thrown: unknown): Told => {
  const { status, code } = codeOf(thrown);
  const isRefused = (status !== undefined && status >= 500 && code !== 'EAUTH') || code === 'EENVELOPE';
  const isLater = status !== undefined && status < 500;
  return {
    kind: isRefused && !isLater ? 'refused' : 'later',
    answer: status === undefined ? `SMTP_${code}` : `SMTP_${status}`,
    problem:
      status === undefined
        ? `The mail server could not be talked to (${code}).`
        : `The mail server answered ${status}.`,
  };
};

/** Loads the client of SMTP, which a service that sends no mail does without. */
const openTransport = async (settings: SmtpSettings) => {
  const { createTransport } = await import('nodemailer');
  return createTransport(optionsOf(settings));
};

export const createMailer = (settings: SmtpSettings): Mailer => {
  let transport: ReturnType<typeof openTransport> | undefined;
  const domain =
    settings.from
      .split('@')
      .at(-1)
      ?.replace(/[^A-Za-z0-9.-]/g, '') || 'pao';
  return {
    send: async (to, id, { subject, text, html }) => {
      try {
        transport ??= openTransport(settings);
        const { rejected } = await (await transport).sendMail({
          from: settings.from,
          to: to.map((address) => ({ name: '', address })),
          subject,
          text,
          html,
          // The same at each try, so that mail systems can tell a copy.
          messageId: `<${id}@${domain}>`,
          headers: { 'Auto-Submitted': 'auto-generated' },
        });
        const left = rejected.length;
        return { kind: 'ok', answer: left === 0 ? 'SMTP_250' : `SMTP_250, ${left} of ${to.length} addresses refused` };
      } catch (thrown) {
        return failureOf(thrown);
      }
    },
    close: () => void transport?.then((opened) => opened.close()),
  };
};
