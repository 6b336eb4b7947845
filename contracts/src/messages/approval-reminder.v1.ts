import type { z } from 'zod';
import { defineMessage } from '../envelope.ts';
import { approvalNoticeSchema } from './approval-requested.v1.ts';
import { timestampSchema } from './common.ts';

export const approvalReminderV1 = defineMessage({
  type: 'approval-reminder.v1',
  channel: 'request-events',
  producer: 'request',
  summary: 'A stage of the approvals of a request still waits for people. Told once for each stage.',
  data: approvalNoticeSchema.extend({ remindedAt: timestampSchema }),
});

export type ApprovalReminderV1 = z.infer<typeof approvalReminderV1.data>;
