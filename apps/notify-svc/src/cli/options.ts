import { channel, deliveryFilter, deliveryState } from '@aftertone/contracts';
import { isId } from '@aftertone/kernel';
import { readArguments } from '@aftertone/platform';
import { z } from 'zod';

const filters = deliveryFilter.extend({
  tenant: z.string().refine(isId).optional(),
  state: deliveryState.optional(),
});
export type CliFilter = z.output<typeof filters>;

export type Wanted =
  | { action: 'list'; filter: CliFilter }
  | { action: 'show'; id: string }
  | { action: 'replay'; id: string | null; filter: CliFilter };

export const usage = `Usage:
  deliveries list [filters]               notifications, newest first
  deliveries show <id>                    one of them, with its attempts
  deliveries replay <id>                  sends what has failed again; show tells what became of it
  deliveries replay --all [filters]       all that has failed and is as the filters say

Filters: --tenant <id>, --state ${deliveryState.options.join('|')} (list only),
  --channel ${channel.options.join('|')},
  --mailbox <id>, --purpose <purpose>, --recipient <address>

Environment: DATABASE_URL_NOTIFY.`;

const text = { type: 'string' } as const;
const options = {
  ...{ tenant: text, state: text, channel: text, mailbox: text, purpose: text, recipient: text },
  all: { type: 'boolean' },
} as const;

/** Reads a command line without its topic; null when it is wrong. */
export const readCommand = (args: readonly string[]): Wanted | null => {
  const read = readArguments(args, options);
  if (read === null) return null;
  const { values, positionals } = read;
  const [action, id, ...rest] = positionals;
  const { all = false, mailbox, ...given } = values;
  const filter = filters.safeParse({ ...given, mailboxId: mailbox });
  if (!filter.success || rest.length > 0 || (id !== undefined && !isId(id))) return null;
  const isFiltered = Object.values(filter.data).some((value) => value !== undefined);
  if (action === 'list' && id === undefined && !all) return { action, filter: filter.data };
  if (action === 'show' && id !== undefined && !all && !isFiltered) return { action, id };
  if (action !== 'replay' || filter.data.state !== undefined || all === (id !== undefined)) return null;
  return all || !isFiltered ? { action, id: id ?? null, filter: filter.data } : null;
};
