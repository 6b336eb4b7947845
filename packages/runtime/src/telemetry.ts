import { context, propagation } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { setTracing } from './context.ts';

export interface TelemetryOptions {
  readonly service: string;
  readonly version: string;
  /** Where `OTEL_*` variables are read; spans are exported when `OTEL_EXPORTER_OTLP_ENDPOINT` is set. */
  readonly environment: NodeJS.ProcessEnv;
}

export interface Telemetry {
  /** Exports what is left. */
  stop(): Promise<void>;
}

const passTraceIdsOn = (): Telemetry => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  return {
    stop: async () => {
      context.disable();
      propagation.disable();
    },
  };
};

/**
 * Starts tracing. Call it before the modules that are to be traced are imported. Without an endpoint to export to, trace ids
 * still flow from call to call, and the SDK, which is slow to load, stays out.
 */
export const startTelemetry = async (options: TelemetryOptions): Promise<Telemetry> => {
  if (!options.environment.OTEL_EXPORTER_OTLP_ENDPOINT) return passTraceIdsOn();
  const { startSdk } = await import('./telemetry-sdk.ts');
  const sdk = startSdk(options);
  setTracing(true);
  return {
    stop: async () => {
      setTracing(false);
      await sdk.stop();
    },
  };
};
