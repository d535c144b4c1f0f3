import type { MessageVariables } from './message-variables.ts';

/** The variables of Asterisk's `emailbody`, by their names there. */
export const asteriskVariables = (
  { message, caller, mailbox, audio, original }: MessageVariables,
  newMessages: number | null,
  unknownCaller: string,
) => ({
  VM_NAME: mailbox.name,
  VM_MAILBOX: mailbox.number,
  VM_DUR: message.durationText,
  VM_MSGNUM: newMessages,
  VM_CALLERID: caller.text,
  VM_CIDNAME: caller.name ?? unknownCaller,
  VM_CIDNUM: caller.number ?? unknownCaller,
  VM_DATE: message.date,
  // Aftertone has no categories.
  VM_CATEGORY: null,
  VM_MESSAGEFILE: audio.fileName,
  ORIG_VM_CALLERID: original?.text ?? null,
  ORIG_VM_CIDNAME: original?.name ?? null,
  ORIG_VM_CIDNUM: original?.number ?? null,
  ORIG_VM_DATE: original?.date ?? null,
});
