import {
  type Bindings,
  type ChildLoggerOptions,
  type DestinationStream,
  destination as fileDestination,
  type Logger,
  pino,
  stdTimeFunctions,
} from 'pino';
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

/** The logger with some bindings. They stand in each line once, also where a child gives a name of its parent another value. */
const bind = (bare: Logger, bindings: Bindings, options?: ChildLoggerOptions): Logger => {
  const logger = bare.child(redact(bindings), options);
  Object.assign(logger, {
    child: (more: Bindings, moreOptions?: ChildLoggerOptions): Logger =>
      bind(bare, { ...bindings, ...more }, { level: logger.level, ...moreOptions }),
  });
  return logger;
};

/**
 * A logger that writes one JSON object a line: `level` as a word, `time` as ISO 8601, `service`, the ids of the trace and of
 * the correlation under way. Secrets are censored by the names of their members and by their looks inside texts.
 */
export const createLogger = ({ service, level, destination }: LoggerOptions): Logger => {
  const options = {
    level,
    base: null,
    timestamp: stdTimeFunctions.isoTime,
    mixin: ids,
    formatters: { level: (label: string) => ({ level: label }), log: redact },
    // An error is a plain object by then.
    serializers: { err: (error: unknown) => error },
    hooks: { streamWrite: scrubLine },
  };
  // Written at once: lines keep their order and none is lost, however the process ends.
  const stream =
    typeof destination === 'object'
      ? destination
      : fileDestination({ dest: destination ?? 1, mkdir: true, sync: true });
  return bind(pino(options, stream), { service });
};
