import { z } from 'zod';
import { id, instant } from './common.ts';
import { right } from './mailbox.ts';

/** What a refusal may tell its caller beside code and words; every other detail is for logs. */
export const refusalDetails = z
  .object({
    /** `message-claimed`, `message-done`: who has it, or had it. */
    assigneeUserId: id.nullable(),
    dueAt: instant.nullable(),
    /** `right-required`: the one that is missing. */
    right,
    /** `legal-hold`: whose it is. */
    held: z.enum(['message', 'mailbox']),
    /** `beyond-own-access`: what the token itself does not allow. */
    patterns: z.array(z.string()),
  })
  .partial();
export type RefusalDetails = z.output<typeof refusalDetails>;
