import { configSchema as gateway } from '@aftertone/gateway/config';
import { configSchema as mailbox } from '@aftertone/mailbox-svc/config';
import { configSchema as media } from '@aftertone/media-svc/config';
import { configSchema as notify } from '@aftertone/notify-svc/config';

/** What each service takes for its settings. */
export const schemas = { gateway, 'mailbox-svc': mailbox, 'media-svc': media, 'notify-svc': notify };
export type ServiceName = keyof typeof schemas;
export const serviceNames = Object.keys(schemas) as ServiceName[];
