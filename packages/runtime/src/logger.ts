import { type DestinationStream, destination as fileDestination, type Logger, pino, stdTimeFunctions } from 'pino';
import { currentCorrelationId, currentSpanContext } from './context.ts';
import { redact, scrubLine } from './redact.ts';

export type { DestinationStream, Logger } from 'pino';

export interface LoggerOptions {
  readonly service: string;
  /** A pino level, or `silent`. */
  readonly level: string;
  /** A stream, or the path of a file to append to (its folder is made); standard output when absent. */
  readonly destination?: DestinationStream | string;
}

const ids = (): object => {
  const span = currentSpanContext();
  const correlationId = currentCorrelationId();
  return {
    ...(span && { trace_id: span.traceId, span_id: span.spanId }),
    ...(correlationId !== undefined && { correlation_id: correlationId }),
  };
};

/**
 * A logger that writes one JSON object a line: `level` as a word, `time` as ISO 8601, `service`, the ids of the trace and of
 * the correlation under way. Secrets are censored by the names of their members and by their looks inside texts.
 */
export const createLogger = ({ service, level, destination }: LoggerOptions): Logger => {
  const options = {
    level,
    base: { service },
    timestamp: stdTimeFunctions.isoTime,
    mixin: ids,
    formatters: { level: (label: string) => ({ level: label }), log: redact, bindings: redact },
    hooks: { streamWrite: scrubLine },
  };
  if (destination === undefined) return pino(options);
  if (typeof destination !== 'string') return pino(options, destination);
  return pino(options, fileDestination({ dest: destination, mkdir: true, append: true, sync: false }));
};
