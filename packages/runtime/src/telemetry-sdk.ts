import { register } from 'node:module';
import { getNodeAutoInstrumentations } from '@opentelemetry/auto-instrumentations-node';
import { NodeSDK } from '@opentelemetry/sdk-node';
import type { Telemetry, TelemetryOptions } from './telemetry.ts';

export const startSdk = ({ service, version }: TelemetryOptions): Telemetry => {
  register('@opentelemetry/instrumentation/hook.mjs', import.meta.url);
  const sdk = new NodeSDK({ serviceName: service, instrumentations: [getNodeAutoInstrumentations()] });
  sdk.start();
  return { stop: () => sdk.shutdown() };
};
