import { type ResumeTaskV1, resumeTaskV1 } from '@pao/contracts';
import type { Request, Task } from '../domain/request.ts';
import type { OutboundMessage } from '../ports/outbound-message.ts';
import { type MessageContext, message } from './messages.ts';

/** In the queue and the group of the command that it goes on with. Of two answers of one kind the first counts, also on the bus. */
export const resumeMessage = (
  request: Request,
  task: Task,
  answer: ResumeTaskV1['answer'],
  context: MessageContext,
): OutboundMessage =>
  message(request, context, {
    contract: resumeTaskV1,
    destination: `queue:tasks-${task.executor}`,
    data: { requestId: request.id, taskId: task.id, generation: task.generation, actionType: task.type, answer },
  });
