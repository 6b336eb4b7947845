import { z } from 'zod';

const seconds = z.number().positive().max(604_800);

/** The configuration of a `servicenow-request` action, rendered. */
export const serviceNowConfig = z
  .strictObject({
    /** As the executor's settings call it. */
    instance: z.string().min(1),
    /** Name or sys_id of an item of the service catalog. */
    catalogItem: z.string().min(1).max(200).optional(),
    table: z
      .string()
      .regex(/^[a-z][a-z0-9_]{0,79}$/, 'is not the name of a table')
      .optional(),
    /** Fields of the record, or variables of the item. */
    variables: z.record(z.string(), z.json()).default({}),
    /** A variable of the item that takes the attempt's name, by which an order can be found again. */
    correlationVariable: z
      .string()
      .regex(/^\w{1,80}$/, 'is not the name of a variable')
      .optional(),
    waitForClosure: z.boolean().default(false),
    /** Seconds between two looks at an open record, and for all of them. */
    interval: seconds.default(60),
    timeout: seconds.default(604_800),
  })
  .refine(({ catalogItem, table }) => (catalogItem === undefined) !== (table === undefined), {
    message: 'needs either catalogItem or table',
  });

export type ServiceNowConfig = z.output<typeof serviceNowConfig>;
