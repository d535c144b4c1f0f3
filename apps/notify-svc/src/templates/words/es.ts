import { plural, type Words } from './words.ts';

const messages = plural('es', { one: 'mensaje', other: 'mensajes' });
const newOnes = plural('es', { one: 'nuevo mensaje de voz', other: 'nuevos mensajes de voz' });
const attempts = plural('es', { one: 'intento ha fallado', other: 'intentos han fallado' });

export const es: Words = {
  unknownCaller: 'número desconocido',
  newMessage: (caller, mailbox) => `Nuevo mensaje de voz de ${caller} para ${mailbox}`,
  heading: 'Tiene un nuevo mensaje de voz',
  urgent: 'Urgente',
  from: 'De',
  called: 'Número marcado',
  mailbox: 'Buzón',
  received: 'Recibido',
  duration: 'Duración',
  transcription: 'Transcripción',
  confidential: 'Este mensaje es confidencial.',
  noAudio: 'No se dejó ninguna grabación.',
  attached: 'La grabación va adjunta.',
  tooLarge: 'La grabación es demasiado grande para adjuntarla.',
  notAvailable: 'No se pudo adjuntar la grabación.',
  listen: 'Escuchar el mensaje',
  newMessages: (count) => `Tiene ${newOnes(count)}`,
  escalation: (caller, mailbox) => `Sin atender: mensaje de voz de ${caller} para ${mailbox}`,
  escalationReason: (step, of) => `Nadie ha atendido este mensaje a tiempo (paso ${step} de ${of}).`,
  mailboxFull: (mailbox) => `El buzón ${mailbox} está lleno`,
  mailboxFullReason: (count) => `Contiene ${messages(count)} y no admite más hasta que se borre alguno.`,
  mailboxFullLength: (length) =>
    `Sus mensajes alcanzan juntos la duración máxima${length === null ? '' : ` (${length})`}; no admite más hasta que se borre alguno.`,
  webhookPaused: (webhook) => `El webhook ${webhook} está en pausa`,
  webhookPausedReason: (failures, since) => `${attempts(failures)} desde: ${since}. Ya no se le envía nada.`,
  webhookResume: 'Reanude el webhook cuando su servidor vuelva a funcionar.',
  externalFailed: (mailbox) => `No se pudo reenviar un mensaje para ${mailbox}`,
  externalFailedReason: (date, address) =>
    `El mensaje del ${date} no se pudo enviar a ${address}, donde se guardan los mensajes de este buzón.`,
  externalKept: 'No se ha perdido: un administrador puede enviarlo de nuevo.',
  address: 'Dirección',
  lastFailure: 'Último error',
};
