import { audioContentTypes, audioFormat, delivery, depositMetadata, page } from '@aftertone/contracts';
import { z } from 'zod';
import { component } from '../docs/components.ts';
import { booleanText, pageText } from '../http/query-text.ts';
import { defineRoute } from '../http/route.ts';
import { idempotencyHeader } from './idempotency.ts';
import { deliveryExample, metadataExample } from './message.examples.ts';
import { messageView } from './message.routes.ts';

const tag = 'messages';
const path = '/v1/messages/{id}';
const missing = 'message-not-found';

/** What is said about audio that is not taken. */
export const uploadRefusals = {
  400: ['audio-empty'],
  408: ['upload-stalled'],
  413: ['audio-too-large'],
  415: ['audio-not-recognised'],
  422: ['audio-truncated', 'audio-damaged', 'audio-too-long', 'audio-too-long-to-read'],
  429: ['too-many-uploads'],
  503: ['media-busy'],
  507: ['storage-full'],
};

/** Audio of a message takes room, too. */
const audioRefusals = { ...uploadRefusals, 422: [...uploadRefusals[422], 'mailbox-full'] };

/** What is said about audio that cannot be given. */
export const playRefusals = {
  400: ['normalize-original'],
  412: ['version-mismatch'],
  416: ['range-not-satisfiable'],
  422: ['audio-unreadable'],
  503: ['media-busy', 'conversion-timeout', 'recording-missing', 'replica-unavailable', 'storage-unavailable'],
  507: ['storage-full'],
};

/** How audio is wanted. */
export const playQuery = z.strictObject({
  download: booleanText.default(false),
  format: audioFormat.optional(),
  normalize: booleanText.optional(),
});

export const rangeHeader = { Range: 'For example `bytes=0-1023`' };

export const audioTypes = audioContentTypes;

export const audioRoutes = {
  deposit: defineRoute({
    operationId: 'depositMessage',
    method: 'POST',
    path: '/v1/mailboxes/{id}/messages',
    tag,
    summary: 'Leave a message',
    description:
      'The parts `metadata` (JSON) and `audio` (WAV, MP3, MP4 or M4A, AAC, Ogg, WebM, FLAC) come in any order, and either may be ' +
      'absent. A 201 means that ' +
      'the message is kept. With an `Idempotency-Key` a repeated request gets the first answer and leaves no second message.',
    access: 'aftertone.mailboxes.{id}.messages.create',
    right: 'deposit',
    body: component('DepositMetadata', depositMetadata, metadataExample),
    bodyKind: 'multipart',
    status: 201,
    answer: messageView,
    missing: 'mailbox-not-found',
    versioned: true,
    location: path,
    headers: idempotencyHeader,
    refusals: {
      ...audioRefusals,
      409: ['idempotency-key-reused'],
      422: [...audioRefusals[422], 'message-empty'],
    },
  }),
  attach: defineRoute({
    operationId: 'attachAudio',
    method: 'PUT',
    path: `${path}/audio`,
    tag,
    summary: 'Attach audio to a message, or replace it',
    description: 'The body is the audio: any `audio/*` or `application/octet-stream`; its bytes tell what it is.',
    access: 'aftertone.messages.{id}.audio.update',
    right: 'deposit',
    bodyKind: 'audio',
    status: 200,
    answer: messageView,
    missing,
    versioned: true,
    conditional: true,
    refusals: { ...audioRefusals, 422: [...audioRefusals[422], 'message-empty', 'legal-hold'] },
  }),
  play: defineRoute({
    operationId: 'readAudio',
    method: 'GET',
    path: `${path}/audio`,
    tag,
    summary: 'Hear a message',
    description:
      'As it was left; as WAV (16 bit, 8 kHz, mono) or MP3 where `format` says so, or where `Accept` does not have what it is. ' +
      '`normalize=true` makes WAV and MP3 about as loud as all others; what came is never changed. Understands `Range`, `If-Range`, `If-Match` and `If-None-Match`. `download=true` suggests a file name. Where the operator ' +
      'wishes so, a 302 leads to the storage itself, by a URL that is good for some minutes.',
    access: 'aftertone.messages.{id}.audio.read',
    right: 'listen',
    query: playQuery,
    status: 200,
    answerTypes: audioTypes,
    missing,
    headers: rangeHeader,
    refusals: {
      ...playRefusals,
      404: ['message-without-audio'],
    },
  }),
  deliveries: defineRoute({
    operationId: 'listDeliveries',
    method: 'GET',
    path: `${path}/deliveries`,
    tag,
    summary: 'Who was told about a message, and how that went',
    description:
      'Administrators see those of a message that is kept elsewhere (`storage`), too: it is in no mailbox, so this is all there is to see of it.',
    access: 'aftertone.messages.{id}.deliveries.read',
    right: 'listen',
    query: z.strictObject(pageText),
    status: 200,
    answer: component('DeliveryPage', page(delivery), { items: [deliveryExample], next: null }),
    missing,
  }),
};
