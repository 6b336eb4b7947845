import { type Bus, createMemoryBus, createTopology } from '@pao/bus';
import type { Escalation, Pagination, RequestEscalation } from '@pao/contracts';
import { createIdentitySigner, generateIdentityKeys, IDENTITY_HEADER, type Identity } from '@pao/http';
import { createLogger } from '@pao/runtime';
import { testDatabase } from '@pao/testkit';
import type { ExecutionContext } from 'ava';
import { createEscalationService, readEscalationConfig } from '../src/index.ts';

const migrations = new URL('../migrations/', import.meta.url);

export const developer: Identity = {
  subject: 'user:dev',
  email: 'dev@example.test',
  teams: ['payments'],
  roles: ['developer'],
  tenant: 'default',
};

/** A success has the first two, an error the last: a test that looks at the wrong one fails. */
interface AnswerBody {
  readonly data: readonly Escalation[];
  readonly pagination: Pagination;
  readonly error: { readonly code: string };
}

export interface Answer {
  readonly status: number;
  readonly body: AnswerBody;
}

export interface RunningService {
  readonly url: string;
  readonly bus: Bus;
  readonly get: (path: string, identity?: Identity) => Promise<Answer>;
  readonly call: (method: string, path: string, options?: CallOptions) => Promise<TicketsAnswer>;
}

interface CallOptions {
  readonly identity?: Identity;
  readonly body?: unknown;
  /** Sent as it is, instead of a body that is written as JSON. */
  readonly bytes?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A success has the first, an error the second. */
interface TicketsAnswer {
  readonly status: number;
  readonly body: {
    readonly data: RequestEscalation & { readonly outcome?: string };
    readonly error: { readonly code: string; readonly message: string };
  };
}

/** The service on a real database and a memory bus, until the test ends. */
export const startService = async (
  t: ExecutionContext,
  environment: Readonly<Record<string, string>> = {},
): Promise<RunningService> => {
  const { privateKey, publicKeys } = await generateIdentityKeys();
  const signer = createIdentitySigner({ privateKey });
  const bus = createMemoryBus(createTopology());
  const config = readEscalationConfig({
    DATABASE_URL: await testDatabase({ schema: 'pao_escalation', migrations }),
    PAO_IDENTITY_PUBLIC_KEYS: JSON.stringify(publicKeys),
    PAO_PORT: '0',
    PAO_BUS_WAIT_SECONDS: '1',
    ...environment,
  });
  const service = createEscalationService(config, { logger: createLogger({ service: 'test', level: 'silent' }), bus });
  await service.start();
  t.teardown(() => service.stop());
  const base = () => `http://127.0.0.1:${service.port}/api/v1`;
  return {
    bus,
    url: base(),
    call: async (method, path, { identity = developer, body, bytes, headers = {} } = {}) => {
      const text = bytes ?? (body === undefined ? undefined : JSON.stringify(body));
      const type = text === undefined ? {} : { 'content-type': 'application/json' };
      const response = await fetch(`${base()}${path}`, {
        method,
        headers: { [IDENTITY_HEADER]: await signer.sign(identity), ...type, ...headers },
        ...(text !== undefined && { body: text }),
      });
      return { status: response.status, body: (await response.json()) as TicketsAnswer['body'] };
    },
    get: async (path, identity = developer) => {
      const headers = { [IDENTITY_HEADER]: await signer.sign(identity) };
      const response = await fetch(`${base()}${path}`, { headers });
      return { status: response.status, body: (await response.json()) as AnswerBody };
    },
  };
};
