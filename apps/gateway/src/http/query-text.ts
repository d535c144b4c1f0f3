import { instant, pageQuery } from '@aftertone/contracts';
import { z } from 'zod';

/** A boolean as a query string writes it. */
export const booleanText = z.stringbool({ truthy: ['true', '1'], falsy: ['false', '0'] }).meta({ type: 'boolean' });

/** `limit` and `cursor` of a list as a query string writes them. */
export const pageText = {
  limit: z.coerce.number().int().min(1).max(200).default(50).meta({ description: 'Items on one page' }),
  cursor: pageQuery.cursor.meta({ description: '`next` of the previous page' }),
};

/** A `+` in a query string is a space: a time zone offset that was not percent-encoded is meant as one all the same. */
export const instantText = z
  .string()
  .transform((text) => text.replace(/ (\d\d:\d\d)$/, '+$1'))
  .pipe(instant)
  .meta({ type: 'string', format: 'date-time' });
