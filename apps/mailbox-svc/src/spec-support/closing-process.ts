// A process that empties closed mailboxes, for a test to kill. Settings come in the environment.
import { openEventStore, openReader, startReaction, TenantReads } from '@aftertone/event-store';
import { systemClock } from '@aftertone/kernel';
import { entities, kinds } from '../ground/model.ts';
import { MailboxClosing } from '../mailbox-closing/mailbox-closing.ts';

const { TEST_DATABASE_URL: url = '', TEST_KEK: kek = '' } = process.env;
const store = await openEventStore({ url, kek, kinds });
const reader = await openReader(url, entities);
const reads = await TenantReads.open(url);
const closing = new MailboxClosing({ store, reader, reads, clock: systemClock });
startReaction({ store, name: 'mailbox-closing', handle: (events) => closing.react(events) });
