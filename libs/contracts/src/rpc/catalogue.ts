import { mailboxCommands, mailboxQueries } from './mailbox.ts';
import { mediaCommands, mediaQueries } from './media.ts';
import { notifyCommands, notifyQueries } from './notify.ts';
import type { Rpc } from './rpc.ts';

/** Every call between services. */
export const rpcs: readonly Rpc[] = [
  mailboxCommands,
  mailboxQueries,
  mediaCommands,
  mediaQueries,
  notifyCommands,
  notifyQueries,
].flatMap((group) => Object.values<Rpc>(group));
