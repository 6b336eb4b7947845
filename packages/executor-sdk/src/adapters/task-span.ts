import { SpanStatusCode, trace } from '@opentelemetry/api';
import type { TaskCommand } from '../core/domain/task-command.ts';

const tracer = trace.getTracer('pao.executor');

/** Carries out a task that shares its message with others in a span of its own, so that each is found by its id. */
export const inTaskSpan = <T>({ action }: TaskCommand, work: () => Promise<T>): Promise<T> =>
  tracer.startActiveSpan(`carry out ${action.type}`, async (span) => {
    try {
      return await work();
    } catch (thrown) {
      span.setStatus({ code: SpanStatusCode.ERROR });
      throw thrown;
    } finally {
      span.end();
    }
  });
