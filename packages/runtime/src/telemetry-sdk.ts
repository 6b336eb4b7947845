import { register } from 'node:module';
import { getNodeAutoInstrumentations } from '@opentelemetry/auto-instrumentations-node';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { hideSecretPath } from './redact.ts';
import type { Telemetry, TelemetryOptions } from './telemetry.ts';

/** pino is not among them: the logger writes the ids of the trace itself, whether or not spans are recorded. */
const TRACED = 'http,undici,pg,aws-sdk,koa';

/** Their modules import one another in circles, which the hook's wrappers break: they would not load. */
const UNTRACED = [/\/node_modules\/jira\.js\//];

type Settings = NonNullable<Parameters<typeof getNodeAutoInstrumentations>[0]>;
type KoaLayers = NonNullable<NonNullable<Settings['@opentelemetry/instrumentation-koa']>['ignoreLayersType']>;

/** In the place of a path that proves who calls; nothing for all others. */
const visiblePath = (path = '', origin?: string): Readonly<Record<string, string>> => {
  const [shown = '', ...rest] = hideSecretPath(path).split('?');
  if (hideSecretPath(path) === path) return {};
  return { 'url.path': shown, ...(origin !== undefined && { 'url.full': `${origin}${[shown, ...rest].join('?')}` }) };
};

/** Nothing that a poller does by itself starts a trace, and neither do probes. */
const settings: Settings = {
  '@opentelemetry/instrumentation-http': {
    requireParentforOutgoingSpans: true,
    ignoreIncomingRequestHook: ({ url = '' }) => url.startsWith('/api/v1/health') || url === '/metrics',
    startIncomingSpanHook: (request) => ('url' in request ? visiblePath(request.url) : {}),
  },
  '@opentelemetry/instrumentation-undici': {
    requireParentforSpans: true,
    startSpanHook: ({ origin, path }) => visiblePath(path, origin),
  },
  '@opentelemetry/instrumentation-pg': { requireParentSpan: true, ignoreConnectSpans: true },
  '@opentelemetry/instrumentation-aws-sdk': { suppressInternalInstrumentation: true },
  // oxlint-disable-next-line typescript/no-unsafe-enum-assignment -- a value of an enum that the bundle does not export
  '@opentelemetry/instrumentation-koa': { ignoreLayersType: ['middleware'] as string[] as KoaLayers },
};

/**
 * The SDK with the instrumentations of what is used here. Everything else is read from `OTEL_*` by the SDK itself; metrics and
 * logs are only sent where their exporter is named, since Prometheus and standard output have them.
 */
export const startSdk = ({ service, environment }: TelemetryOptions): Telemetry => {
  // What this process imports from here on passes through the hook: koa is patched while it loads.
  register('@opentelemetry/instrumentation/hook.mjs', import.meta.url, { data: { exclude: UNTRACED } });
  process.env.OTEL_NODE_ENABLED_INSTRUMENTATIONS ??= TRACED;
  const sdk = new NodeSDK({
    serviceName: environment.OTEL_SERVICE_NAME ?? service,
    instrumentations: [getNodeAutoInstrumentations(settings)],
    ...(environment.OTEL_METRICS_EXPORTER === undefined && { metricReaders: [] }),
    ...(environment.OTEL_LOGS_EXPORTER === undefined && { logRecordProcessors: [] }),
  });
  sdk.start();
  return { stop: () => sdk.shutdown() };
};
