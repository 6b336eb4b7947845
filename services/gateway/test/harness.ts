import { createHash } from 'node:crypto';
import { createServer as createRawServer, type RequestListener } from 'node:http';
import type { ErrorEnvelope } from '@pao/contracts';
import { createHttpServer, createIdentityVerifier, generateIdentityKeys, type Route } from '@pao/http';
import { createLogger, startTelemetry } from '@pao/runtime';
import { createGateway, type GatewayConfig } from '../src/index.ts';

const keys = await generateIdentityKeys();

export const apiKeyOf = (name: string, roles: GatewayConfig['apiKeys'][number]['roles']) => ({
  name,
  sha256: createHash('sha256').update(`${name}-secret`).digest('hex'),
  email: `${name}@example.test`,
  teams: ['payments'],
  roles,
  tenant: 'default',
});

/** A service of ours, with the real HTTP side and the given routes. */
export const startService = async (routes: readonly Route[], isReady: () => boolean = () => true) => {
  const logger = createLogger({ service: 'behind', level: 'silent' });
  const check = async () => {
    if (!isReady()) throw new Error('database away');
  };
  const identity = createIdentityVerifier(keys);
  const server = createHttpServer({
    name: 'behind',
    logger,
    routes,
    identity,
    readiness: [{ name: 'database', check }],
  });
  const { port } = await server.listen({ host: '127.0.0.1', port: 0 });
  return { url: `http://127.0.0.1:${port}`, close: () => server.close() };
};

/** A service that answers as the test says, to the byte. */
export const startRaw = async (listener: RequestListener) => {
  const server = createRawServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`, close };
};

/** A port where nobody listens. */
export const nowhere = 'http://127.0.0.1:1';

export const startGateway = async (url: string, more: Partial<GatewayConfig> = {}) => {
  await startTelemetry({ service: 'test', version: '0', environment: {} });
  const logs: string[] = [];
  const logger = createLogger({
    service: 'gateway',
    level: 'debug',
    destination: { write: (line) => logs.push(line) },
  });
  const gateway = createGateway(
    {
      host: '127.0.0.1',
      port: 0,
      auth: 'demo',
      apiKeys: [],
      identityKey: keys.privateKey,
      serviceUrls: { catalog: url, request: url, executor: url, escalation: url },
      rateLimit: { perSecond: 0, burst: 1 },
      upstreamTimeoutMs: 10_000,
      maxConnections: 1_000,
      logLevel: 'debug',
      ...more,
    },
    { logger },
  );
  await gateway.start();
  const base = `http://127.0.0.1:${gateway.port}`;
  const call = (path: string, init: RequestInit = {}) => fetch(base + path, init);
  const submit = (body: string, headers: Record<string, string> = {}) =>
    call('/api/v1/requests', { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body });
  return { port: gateway.port, logs, call, submit, stop: () => gateway.stop() };
};

export type RunningGateway = Awaited<ReturnType<typeof startGateway>>;

export const errorOf = async (response: Response): Promise<ErrorEnvelope['error']> =>
  ((await response.json()) as ErrorEnvelope).error;
