import { operations } from '@pao/contracts';
import { createLogger, startTelemetry } from '@pao/runtime';
import { createHttpServer, createIdentityVerifier, eventStream, generateIdentityKeys, route } from '@pao/http';
import { createGateway } from "@pao/gateway";
await startTelemetry({ service: 'x', version: '0', environment: {} });
const keys = await generateIdentityKeys();
const logger = createLogger({ service: 'smoke', level: 'info' });
const server = createHttpServer({ name: 'smoke', logger, identity: createIdentityVerifier(keys), readiness: [],
 routes: [
  route(operations.submitRequests, async ({ body, correlationId }) => ({ data: { submissionId: String(body.items.length), correlationId, requests: [] } })),
  route(operations.getRequestStatus, async () => ({ data: {} as never })),
  route(operations.streamRequestEvents, async ({ signal }) => eventStream((async function* () { for (let i = 1; i < 3; i++) { yield { id: String(i), data: { sequence: i } as never }; await new Promise((r) => setTimeout(r, 500)); } })())),
 ] });
const { port } = await server.listen({ host: '127.0.0.1', port: 0 });
const url = `http://127.0.0.1:${port}`;
const gateway = createGateway({ host: '127.0.0.1', port: Number(process.env.PORT ?? 0), auth: 'demo', apiKeys: [], identityKey: keys.privateKey, serviceUrls: { catalog: url, request: url, executor: url, escalation: 'http://127.0.0.1:1' }, rateLimit: { perSecond: 0, burst: 10 }, upstreamTimeoutMs: 20000, maxConnections: 10000, logLevel: 'info' }, { logger });
await gateway.start();
const call = async (path: string, init: RequestInit = {}) => { const r = await fetch(`http://127.0.0.1:${gateway.port}${path}`, init); console.log(r.status, path, [...r.headers.keys()].join(), (await r.text()).slice(0, 300)); };
const json = { 'content-type': 'application/json' };
await call('/api/v1/health'); await call('/api/v1/health/ready'); await call('/nope'); await call('/api/v1/requests', { method: 'DELETE' });
await call('/api/v1/requests', { method: 'POST', headers: json, body: '{"items":[{"schemaVersion":"catalog/v1","bundleId":"a","input":{}}]}' });
await call('/api/v1/requests/01920000-0000-7000-8000-000000000000/events');
await call('/api/v1/escalations'); await call('/api/v1/version'); await call('/api/v1/openapi.json'); await call('/api/v1/docs'); await call('/metrics');
await call('/api/v1/requests', { headers: { origin: 'http://evil.example' } });
if (process.env.STAY) { console.log('TOKEN', await (await import('@pao/http')).createIdentitySigner({ ...keys, lifetimeSeconds: 9999 }).sign({ subject: 'u', email: 'a@b', teams: [], roles: ['developer'], tenant: 'default' })); console.log('port', gateway.port, port, 'pid', process.pid); process.on('SIGUSR2', () => { const u = process.cpuUsage(); console.log('cpu', (u.user + u.system) / 1e6); }); await new Promise((r) => process.on('SIGTERM', r)); }
await gateway.stop(); await server.close();
