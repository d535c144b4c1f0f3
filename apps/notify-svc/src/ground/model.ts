import { announcementAggregate } from '../completion/announcement.ts';
import { deliveryAggregate } from '../deliveries/delivery.aggregate.ts';
import { DeliveryRow } from '../deliveries/list/delivery.entity.ts';
import { lampsAggregate } from '../mwi/lamps.ts';

/** The kinds of streams in this service's log. */
export const kinds = [deliveryAggregate, announcementAggregate, lampsAggregate];

/** What is read through the ORM. */
export const entities = [DeliveryRow];
