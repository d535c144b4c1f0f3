/** The fixed words of an e-mail. Texts go into plain text and, escaped, into HTML. */
export interface Phrases {
  subject: (caller: string, mailbox: string) => string;
  urgent: string;
  heading: string;
  unknownCaller: string;
  from: string;
  called: string;
  mailbox: string;
  received: string;
  duration: string;
  confidential: string;
  noAudio: string;
  attached: string;
  tooLarge: string;
  notAvailable: string;
}

const en: Phrases = {
  subject: (caller, mailbox) => `New voicemail from ${caller} for ${mailbox}`,
  urgent: 'Urgent',
  heading: 'You have a new voicemail',
  unknownCaller: 'unknown caller',
  from: 'From',
  called: 'Called number',
  mailbox: 'Mailbox',
  received: 'Received',
  duration: 'Duration',
  confidential: 'This message is confidential.',
  noAudio: 'The caller left no recording.',
  attached: 'The recording is attached.',
  tooLarge: 'The recording is too large to be attached.',
  notAvailable: 'The recording could not be attached.',
};

const de: Phrases = {
  subject: (caller, mailbox) => `Neue Sprachnachricht von ${caller} für ${mailbox}`,
  urgent: 'Dringend',
  heading: 'Sie haben eine neue Sprachnachricht',
  unknownCaller: 'unbekannt',
  from: 'Von',
  called: 'Gewählte Nummer',
  mailbox: 'Mailbox',
  received: 'Empfangen',
  duration: 'Dauer',
  confidential: 'Diese Nachricht ist vertraulich.',
  noAudio: 'Der Anrufer hat keine Aufnahme hinterlassen.',
  attached: 'Die Aufnahme ist angehängt.',
  tooLarge: 'Die Aufnahme ist zu groß zum Anhängen.',
  notAvailable: 'Die Aufnahme konnte nicht angehängt werden.',
};

const fr: Phrases = {
  subject: (caller, mailbox) => `Nouveau message vocal de ${caller} pour ${mailbox}`,
  urgent: 'Urgent',
  heading: 'Vous avez un nouveau message vocal',
  unknownCaller: 'correspondant inconnu',
  from: 'De',
  called: 'Numéro appelé',
  mailbox: 'Boîte vocale',
  received: 'Reçu',
  duration: 'Durée',
  confidential: 'Ce message est confidentiel.',
  noAudio: 'Aucun enregistrement n’a été laissé.',
  attached: 'L’enregistrement est joint.',
  tooLarge: 'L’enregistrement est trop volumineux pour être joint.',
  notAvailable: 'L’enregistrement n’a pas pu être joint.',
};

const es: Phrases = {
  subject: (caller, mailbox) => `Nuevo mensaje de voz de ${caller} para ${mailbox}`,
  urgent: 'Urgente',
  heading: 'Tiene un nuevo mensaje de voz',
  unknownCaller: 'número desconocido',
  from: 'De',
  called: 'Número marcado',
  mailbox: 'Buzón',
  received: 'Recibido',
  duration: 'Duración',
  confidential: 'Este mensaje es confidencial.',
  noAudio: 'No se dejó ninguna grabación.',
  attached: 'La grabación va adjunta.',
  tooLarge: 'La grabación es demasiado grande para adjuntarla.',
  notAvailable: 'No se pudo adjuntar la grabación.',
};

const known: ReadonlyMap<string, Phrases> = new Map(Object.entries({ en, de, fr, es }));

/** The words of a language tag such as `fr-CA`; English for languages that nobody has translated yet. */
export const phrasesFor = (language: string): Phrases => known.get(language.split('-')[0] ?? '') ?? en;
