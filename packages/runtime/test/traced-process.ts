import { context, trace } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import { currentTraceparent, isTracing, runWithTraceparent, startTelemetry } from '../src/index.ts';

/** A process for the test of tracing: one call inside a span, one that a poller makes by itself, one with tracing suppressed. */
const telemetry = await startTelemetry({ service: 'traced', version: '1.0.0', environment: process.env });
const { get } = await import('node:http');

const call = (path: string) =>
  new Promise<void>((resolve, reject) => {
    get(`${process.env.TARGET}${path}`, { agent: false }, (response) => response.resume().on('end', resolve)).on(
      'error',
      reject,
    );
  });

const traceId = await runWithTraceparent(process.env.TRACEPARENT, () =>
  trace.getTracer('test').startActiveSpan('main', async (span) => {
    await call('/inside');
    if (process.env.SECRET_CALL) await fetch(`${process.env.TARGET}${process.env.SECRET_CALL}`);
    await context.with(suppressTracing(context.active()), () => call('/suppressed'));
    span.end();
    return span.spanContext().traceId;
  }),
);
await call('/poll');
const alone = runWithTraceparent(undefined, currentTraceparent);
const tracing = isTracing();
await telemetry.stop();
process.stdout.write(`${JSON.stringify({ traceId, tracing, alone: alone ?? null })}\n`);
