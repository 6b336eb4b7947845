import type { OutgoingMessage } from '@pao/bus';
import { currentTraceparent } from '@pao/runtime';
import type { TaskEvent } from '../../core/domain/task-events.ts';

/** An event on its way, in the trace of what is under way. */
export const toMessage = (event: TaskEvent): OutgoingMessage => {
  const traceparent = currentTraceparent();
  return { ...event, destination: 'topic:task-events', ...(traceparent !== undefined && { traceparent }) };
};
