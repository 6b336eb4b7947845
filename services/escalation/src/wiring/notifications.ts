import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from '@pao/bus';
import type { Route } from '@pao/http';
import type { SendHttp } from '@pao/outgoing';
import type { Database } from '@pao/postgres';
import { type ConfiguredDataKey, createSealer, type Logger, newId, PeriodicJob } from '@pao/runtime';
import { occurrenceOf } from '../adapters/bus/notification-events.ts';
import { notificationRoutes } from '../adapters/http/notifications.ts';
import { createLinks } from '../adapters/notify/links.ts';
import { openDestination, sealDestination } from '../adapters/notify/sealed-destination.ts';
import { createSend } from '../adapters/notify/send.ts';
import { createMailer, type SmtpSettings } from '../adapters/notify/smtp.ts';
import { templateProblem } from '../adapters/notify/template.ts';
import { createDeliveryStore, createSubscriptionStore } from '../adapters/postgres/notification-store.ts';
import { createDeliver } from '../core/use-cases/notifications/deliver.ts';
import { type ChannelInput, createManageSubscriptions } from '../core/use-cases/notifications/manage-subscriptions.ts';
import { createNotify } from '../core/use-cases/notifications/notify.ts';

export interface NotificationSettings {
  readonly dataKeys: readonly ConfiguredDataKey[];
  readonly smtp: SmtpSettings | undefined;
  readonly publicUrl: string | undefined;
  /** `host:port` that may be called without TLS. */
  readonly allow: readonly string[];
}

export interface NotificationOptions {
  readonly database: Database;
  readonly send: SendHttp;
  readonly logger: Logger;
  readonly settings: NotificationSettings;
}

export interface Notifications {
  readonly routes: readonly Route[];
  /** Notes what is to be told of a message. */
  notify(message: IncomingMessage): Promise<void>;
  start(): void;
  /** Ends after the calls under way. */
  stop(): Promise<void>;
}

const LEASE_MS = 90_000;
const CALL_MS = 10_000;
const POLL_MS = 1_000;
const WORKERS = 4;
const KEPT_DAYS = 90;
const HOUSEKEEPING_MS = 6 * 3_600_000;

const refuseChannel =
  ({ allow, smtp }: NotificationSettings) =>
  (channel: ChannelInput): string | undefined => {
    if (channel.kind === 'email') return smtp ? undefined : 'no mail server is configured (PAO_SMTP_URL)';
    const { protocol, hostname, port, username } = new URL(channel.url);
    if (username !== '') return 'carries credentials';
    if (protocol === 'https:' || allow.includes(`${hostname}:${port === '' ? '80' : port}`)) return undefined;
    return 'is not https';
  };

const createWorker = (
  { database, send, logger, settings }: NotificationOptions,
  mailer: ReturnType<typeof createMailer> | undefined,
) => {
  const sealer = createSealer(settings.dataKeys);
  const now = () => new Date();
  const deliver = createDeliver({
    store: createDeliveryStore(database),
    send: createSend({ http: send, mailer, links: createLinks(settings.publicUrl), now, timeoutMs: CALL_MS }),
    open: openDestination(sealer),
    newId,
    now,
    random: Math.random,
    leaseMs: LEASE_MS,
  });
  const drain = async (signal: AbortSignal): Promise<void> => {
    while (!signal.aborted && (await deliver(signal)));
  };
  const run = async (signal: AbortSignal): Promise<void> =>
    void (await Promise.all(Array.from({ length: WORKERS }, () => drain(signal))));
  return new PeriodicJob({ name: 'notifications', intervalMs: POLL_MS, run, logger });
};

/** Who is told of what. */
export const createNotifications = (options: NotificationOptions): Notifications => {
  const { database, settings, logger } = options;
  const subscriptions = createSubscriptionStore(database);
  const deliveries = createDeliveryStore(database);
  const sealer = createSealer(settings.dataKeys);
  const now = () => new Date();
  const mailer = settings.smtp && createMailer(settings.smtp);
  const notify = createNotify({ store: deliveries, newId, now });
  const manage = createManageSubscriptions({
    store: subscriptions,
    deliveries,
    newId,
    now,
    newKey: () => randomBytes(32).toString('base64'),
    seal: sealDestination(sealer),
    open: openDestination(sealer),
    refuse: refuseChannel(settings),
    checkTemplate: templateProblem,
  });
  const clean = (): Promise<void> => deliveries.removeEnded(KEPT_DAYS);
  const jobs = [
    createWorker(options, mailer),
    new PeriodicJob({ name: 'notification-housekeeping', intervalMs: HOUSEKEEPING_MS, run: clean, logger }),
  ];
  return {
    routes: notificationRoutes({ manage, subscriptions, deliveries }),
    notify: async (message) => {
      const occurrence = await occurrenceOf(message, deliveries.about);
      if (occurrence) await notify(occurrence);
    },
    start: () => {
      for (const job of jobs) job.start();
    },
    stop: async () => {
      await Promise.all(jobs.map((job) => job.stop()));
      mailer?.close();
    },
  };
};
