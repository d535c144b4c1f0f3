import { z } from 'zod';
import { fieldSchema } from './schema-fields.ts';

const message = z.object({
  name: z.string(),
  summary: z.string(),
  payload: z.object({
    properties: z.object({ data: fieldSchema }).catchall(fieldSchema),
    required: z.array(z.string()),
  }),
  examples: z.array(z.object({ name: z.string(), payload: z.unknown() })),
  'x-access': z.record(z.string(), z.string()),
  'x-stream': z.string(),
});
export type EventMessage = z.output<typeof message>;

/** What the page of events shows of the AsyncAPI document. Messages without `x-stream` are calls, which are no events. */
export const eventDocument = z.object({
  info: z.object({ title: z.string(), version: z.string() }),
  components: z.object({
    messages: z
      .record(z.string(), z.unknown())
      .transform((all) =>
        Object.values(all).filter((one) => typeof one === 'object' && one !== null && 'x-stream' in one),
      )
      .pipe(z.array(message)),
  }),
});
export type EventDocument = z.output<typeof eventDocument>;
