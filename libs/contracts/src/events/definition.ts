import type { z } from 'zod';

/** One contract event type. */
export interface EventDefinition<Data extends z.ZodType = z.ZodType, Type extends string = string> {
  /** CloudEvents `type`. */
  type: Type;
  service: 'mailbox' | 'media' | 'notify' | 'gateway';
  /** Canonical access path with `{placeholders}`, for documents: `mailboxes.{mailboxId}.messages.created`. */
  path: string;
  /** One sentence for the event catalogue. */
  summary: string;
  /** Whether copies go to the audiences of the mailbox. */
  audiences: boolean;
  /** Whether it may tell one member's own view: on `mailboxes.{mailboxId}.member_<topic>.…`, copied to that member alone. */
  memberViews?: true;
  data: Data;
}

export const defineEvent = <const Type extends string, Data extends z.ZodType>(
  definition: EventDefinition<Data, Type>,
): EventDefinition<Data, Type> => definition;
