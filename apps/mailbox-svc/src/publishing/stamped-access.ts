import { mailboxAccess } from '@aftertone/contracts';
import { z } from 'zod';

/** What a mailbox's events are stamped with. `external`: its messages are kept elsewhere, those that are here are hidden. */
export const stampedAccess = mailboxAccess.extend({ external: z.literal(true).optional() });
export type StampedAccess = z.output<typeof stampedAccess>;
