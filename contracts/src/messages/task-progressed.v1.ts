import type { z } from 'zod';
import { defineMessage } from '../envelope.ts';
import { progressedSchema } from './task-log.ts';

export const taskProgressedV1 = defineMessage({
  type: 'task-progressed.v1',
  channel: 'task-events',
  producer: 'executor',
  summary:
    'What goes on in a task that takes its time: lines of its log. Sent every two seconds at most; a short task tells its log with its end.',
  data: progressedSchema,
});

export type TaskProgressedV1 = z.infer<typeof taskProgressedV1.data>;
