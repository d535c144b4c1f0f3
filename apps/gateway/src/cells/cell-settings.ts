import { cellName } from '@aftertone/contracts';
import { busSettings, grantSettings } from '@aftertone/platform';
import { z } from 'zod';
import { directLoginSettings, isOneWayIn, notOneWayIn } from '../bus-access/settings.ts';

const { NATS_URL, NATS_USER, NATS_PASSWORD, NATS_REPLICAS } = busSettings;

/** What is other for one cell, under the names that it has for the gateway's own; the rest is as there. */
const cellSettings = z
  .strictObject({
    NATS_URL,
    MEDIA_URL: z.url(),
    NATS_USER,
    NATS_PASSWORD,
    NATS_REPLICAS: NATS_REPLICAS.unwrap().optional(),
    MEDIA_GRANT_SECRET: grantSettings.MEDIA_GRANT_SECRET.optional(),
    // Nothing of these is as for the gateway's own cell: a server of its own asks with keys of its own, or not at all.
    ...directLoginSettings,
  })
  .refine(isOneWayIn, { path: ['NATS_SUBSCRIBER_URL'], message: notOneWayIn });

/** The cells that a gateway serves beside its own: a JSON object, by name. */
export const cellList = z
  .string()
  .transform((text, context): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      context.addIssue('must be a JSON object with an entry for each cell');
      return z.NEVER;
    }
  })
  .pipe(z.record(cellName, cellSettings))
  .default({});

/** The settings of the gateway as they are for one of its cells. */
export const settingsIn = <Own extends z.output<typeof cellSettings>>(
  own: Own,
  name: string,
  other: z.output<typeof cellSettings>,
): Own & { AFTERTONE_CELL: string } => {
  const noLogins = Object.fromEntries(Object.keys(directLoginSettings).map((setting) => [setting, undefined]));
  const given = Object.fromEntries(Object.entries(other).filter(([, value]) => value !== undefined));
  return { ...own, ...noLogins, ...given, AFTERTONE_CELL: name };
};
