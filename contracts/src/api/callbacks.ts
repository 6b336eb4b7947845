import { z } from 'zod';
import { jsonSchema } from '../messages/common.ts';
import { MAX_CALLBACK_BYTES } from '../messages/resume-task.v1.ts';
import { defineOperation } from '../operation.ts';

export const receiveCallback = defineOperation({
  id: 'receiveCallback',
  service: 'request',
  method: 'POST',
  path: '/callbacks/{token}',
  tag: 'requests',
  summary:
    'What a waiting task waits for: the address that its target was given is the proof. Taken once; 200 says that it was taken before',
  public: true,
  params: z.strictObject({ token: z.string() }),
  body: jsonSchema.optional().meta({ description: 'JSON, or nothing.' }),
  maxBodyBytes: MAX_CALLBACK_BYTES,
  status: 202,
  otherStatuses: [200],
  data: z.object({ outcome: z.enum(['accepted', 'repeated']) }),
});
