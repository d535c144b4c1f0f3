import { type CloudEvent, fieldErrors } from '@aftertone/contracts';
import { invalid } from '@aftertone/kernel';
import type { z } from 'zod';

/** The part of an event's data that is needed here. @throws DomainError invalid `event-unreadable` */
export const readData = <T extends z.ZodType>(schema: T, event: CloudEvent): z.output<T> => {
  const { data, error } = schema.safeParse(event.data);
  if (error === undefined) return data;
  throw invalid('event-unreadable', `${event.type} is not what it promises`, { errors: fieldErrors(error) }, error);
};
