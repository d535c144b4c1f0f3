import { deliveryAggregate } from '../deliveries/delivery.aggregate.ts';
import { DeliveryRow } from '../deliveries/list/delivery.entity.ts';

/** The kinds of streams in this service's log. */
export const kinds = [deliveryAggregate];

/** What is read through the ORM. */
export const entities = [DeliveryRow];
