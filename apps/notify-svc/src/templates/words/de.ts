import { plural, type Words } from './words.ts';

const messages = plural('de', { one: 'Nachricht', other: 'Nachrichten' });
const newOnes = plural('de', { one: 'neue Sprachnachricht', other: 'neue Sprachnachrichten' });
const attempts = plural('de', { one: 'Versuch ist', other: 'Versuche sind' });

export const de: Words = {
  unknownCaller: 'unbekannt',
  newMessage: (caller, mailbox) => `Neue Sprachnachricht von ${caller} für ${mailbox}`,
  heading: 'Sie haben eine neue Sprachnachricht',
  urgent: 'Dringend',
  from: 'Von',
  called: 'Gewählte Nummer',
  mailbox: 'Mailbox',
  received: 'Empfangen',
  duration: 'Dauer',
  transcription: 'Abschrift',
  confidential: 'Diese Nachricht ist vertraulich.',
  noAudio: 'Der Anrufer hat keine Aufnahme hinterlassen.',
  attached: 'Die Aufnahme ist angehängt.',
  tooLarge: 'Die Aufnahme ist zu groß zum Anhängen.',
  notAvailable: 'Die Aufnahme konnte nicht angehängt werden.',
  listen: 'Nachricht anhören',
  newMessages: (count) => `Sie haben ${newOnes(count)}`,
  escalation: (caller, mailbox) => `Noch unbearbeitet: Sprachnachricht von ${caller} für ${mailbox}`,
  escalationReason: (step, of) =>
    `Niemand hat sich rechtzeitig um diese Nachricht gekümmert (Stufe ${step} von ${of}).`,
  mailboxFull: (mailbox) => `Mailbox ${mailbox} ist voll`,
  mailboxFullReason: (count) => `Sie enthält ${messages(count)} und nimmt keine mehr an, bis welche gelöscht werden.`,
  mailboxFullLength: (length) =>
    `Ihre Nachrichten sind zusammen so lang, wie sie fassen darf${length === null ? '' : ` (${length})`}; sie nimmt keine mehr an, bis welche gelöscht werden.`,
  webhookPaused: (webhook) => `Webhook ${webhook} ist angehalten`,
  webhookPausedReason: (failures, since) =>
    `${attempts(failures)} seit ${since} fehlgeschlagen. Es wird nichts mehr an ihn gesendet.`,
  webhookResume: 'Setzen Sie den Webhook fort, sobald sein Server wieder arbeitet.',
  externalFailed: (mailbox) => `Eine Nachricht für ${mailbox} konnte nicht weitergeleitet werden`,
  externalFailedReason: (date, address) =>
    `Die Nachricht vom ${date} konnte nicht an ${address} gesendet werden, wo Nachrichten dieser Mailbox aufbewahrt werden.`,
  externalKept: 'Sie ist nicht verloren: Ein Administrator kann sie erneut senden.',
  address: 'Adresse',
  lastFailure: 'Letzter Fehler',
};
