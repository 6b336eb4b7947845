// A process that makes two spans, one in the other, and exports them as a service of ours does.
import { trace } from '@opentelemetry/api';
import { startTelemetry } from '@pao/runtime';

const telemetry = await startTelemetry({ service: 'traced', version: '1', environment: process.env });
const tracer = trace.getTracer('test');
tracer.startActiveSpan('outer', { attributes: { size: 3, name: 'orders' } }, (outer) => {
  tracer.startActiveSpan('inner', (inner) => inner.end());
  outer.end();
});
process.stdout.write('ready\n');
await telemetry.stop();
