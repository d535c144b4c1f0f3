import { plural, type Words } from './words.ts';

const messages = plural('fr', { one: 'message', other: 'messages' });
const newOnes = plural('fr', { one: 'nouveau message vocal', other: 'nouveaux messages vocaux' });
const attempts = plural('fr', { one: 'tentative a échoué', other: 'tentatives ont échoué' });

export const fr: Words = {
  unknownCaller: 'correspondant inconnu',
  newMessage: (caller, mailbox) => `Nouveau message vocal de ${caller} pour ${mailbox}`,
  heading: 'Vous avez un nouveau message vocal',
  urgent: 'Urgent',
  from: 'De',
  called: 'Numéro appelé',
  mailbox: 'Boîte vocale',
  received: 'Reçu',
  duration: 'Durée',
  transcription: 'Transcription',
  confidential: 'Ce message est confidentiel.',
  noAudio: 'Aucun enregistrement n’a été laissé.',
  attached: 'L’enregistrement est joint.',
  tooLarge: 'L’enregistrement est trop volumineux pour être joint.',
  notAvailable: 'L’enregistrement n’a pas pu être joint.',
  listen: 'Écouter le message',
  newMessages: (count) => `Vous avez ${newOnes(count)}`,
  escalation: (caller, mailbox) => `Toujours en attente : message vocal de ${caller} pour ${mailbox}`,
  escalationReason: (step, of) => `Personne ne s’est occupé de ce message à temps (étape ${step} sur ${of}).`,
  mailboxFull: (mailbox) => `La boîte vocale ${mailbox} est pleine`,
  mailboxFullReason: (count) =>
    `Elle contient ${messages(count)} et n’en accepte plus tant que vous n’en supprimez pas.`,
  mailboxFullLength: (length) =>
    `Ses messages atteignent ensemble la durée maximale${length === null ? '' : ` (${length})`} ; elle n’en accepte plus tant que vous n’en supprimez pas.`,
  webhookPaused: (webhook) => `Le webhook ${webhook} est suspendu`,
  webhookPausedReason: (failures, since) => `${attempts(failures)} depuis : ${since}. Plus rien ne lui est envoyé.`,
  webhookResume: 'Reprenez le webhook dès que son serveur fonctionne à nouveau.',
  externalFailed: (mailbox) => `Un message pour ${mailbox} n’a pas pu être transmis`,
  externalFailedReason: (date, address) =>
    `Le message du ${date} n’a pas pu être envoyé à ${address}, où sont conservés les messages de cette boîte vocale.`,
  externalKept: 'Il n’est pas perdu : un administrateur peut l’envoyer à nouveau.',
  address: 'Adresse',
  lastFailure: 'Dernière erreur',
};
