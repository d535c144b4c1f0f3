import { type CloudEvent, type EventDefinition, fieldErrors } from '@aftertone/contracts';
import { invalid } from '@aftertone/kernel';
import type { z } from 'zod';

/**
 * The data of another service's event, checked against its definition.
 *
 * @throws DomainError `event-unreadable` (invalid)
 */
export const eventData = <Data extends z.ZodType>(
  { data: schema }: EventDefinition<Data>,
  event: CloudEvent,
): z.output<Data> => {
  const read = schema.safeParse(event.data);
  if (read.success) return read.data;
  const errors = fieldErrors(read.error);
  throw invalid('event-unreadable', `${event.type} is not what it promises`, { errors }, read.error);
};
