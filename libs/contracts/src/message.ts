import { z } from 'zod';
import { id, instant, mailboxId, mediaId, messageId, shortText, tenantId } from './common.ts';
import { accessType } from './mailbox.ts';
import { legalHold } from './retention.ts';
import { cleanText } from './text.ts';

/** `inbox`, `saved`, `trash` or a label. */
export const folder = z
  .string()
  .regex(/^[a-z][a-z0-9_-]{0,31}$/, 'must be inbox, saved, trash or a label of a-z, 0-9, _ and - (32 at most)');

/** What recordings are kept as, by their content. The file ending by which each goes to people. */
export const audioEndings = {
  'audio/wav': 'wav',
  'audio/mpeg': 'mp3',
  'audio/mp4': 'm4a',
  'audio/aac': 'aac',
  'audio/ogg': 'ogg',
  'audio/webm': 'webm',
  'audio/flac': 'flac',
} as const;
export type AudioContentType = keyof typeof audioEndings;
export const audioContentTypes = Object.keys(audioEndings) as [AudioContentType, ...AudioContentType[]];

/** How a recording sounds. */
export const audioQuality = z.object({
  /** Somebody or something can be heard in it. */
  speech: z.boolean(),
  /** Mean level of what can be heard, in dB below full scale (0 is the loudest); null where nothing can. */
  levelDbfs: z.number().nullable(),
  /** It was recorded too loud. */
  clipped: z.boolean(),
});
export type AudioQuality = z.output<typeof audioQuality>;

/** What media-svc found out about a stored recording. */
export const voiceContent = z.object({
  type: z.literal('voice'),
  mediaId,
  contentType: z.enum(audioContentTypes),
  /** As ffmpeg names it: `pcm_s16le`, `pcm_mulaw`, `pcm_alaw`, `mp3`, `aac`, `opus`, `flac`, … */
  codec: z.string(),
  durationMs: z.number().int().min(0),
  bytes: z.number().int().min(1),
  /** Hex. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** Absent where the sound could not be decoded, and in recordings of before it was listened to. */
  quality: audioQuality.optional(),
  /** Silence, or shorter than a second; absent where `quality` is. */
  empty: z.boolean().optional(),
});
export type VoiceContent = z.output<typeof voiceContent>;

export const content = z.discriminatedUnion('type', [z.object({ type: z.literal('none') }), voiceContent]);
export type Content = z.output<typeof content>;

/** The `metadata` part of a deposit. */
export const depositMetadata = z.strictObject({
  callerNumber: shortText.nullable().default(null),
  callerName: shortText.nullable().default(null),
  calledNumber: shortText.nullable().default(null),
  callId: z.string().overwrite(cleanText).max(256).nullable().default(null),
  urgent: z.boolean().default(false),
  confidential: z.boolean().default(false),
  /** When the caller spoke; now when absent. */
  receivedAt: instant.optional(),
});
export type DepositMetadata = z.output<typeof depositMetadata>;

/** A team's work on a message: nobody has it, somebody has it, or it is done. */
export const workState = z.enum(['open', 'claimed', 'done']);
export type WorkState = z.output<typeof workState>;

/** Absent in events of before there was such work. */
const work = {
  state: workState.default('open'),
  /** Who has it; while it is `done`, who had it. */
  assigneeUserId: id.nullable().default(null),
  /** Until when it should be done. */
  dueAt: instant.nullable().default(null),
};

export const message = z.object({
  id: messageId,
  tenantId,
  mailboxId,
  folder,
  heard: z.boolean(),
  heardAt: instant.nullable(),
  urgent: z.boolean(),
  confidential: z.boolean(),
  callerNumber: z.string().nullable(),
  callerName: z.string().nullable(),
  calledNumber: z.string().nullable(),
  callId: z.string().nullable(),
  receivedAt: instant,
  content,
  ...work,
  /** The message this one was copied from. */
  copiedFrom: id.nullable(),
  /** Its own, beside that of its mailbox: while there is one it cannot be purged. */
  legalHold: legalHold.nullable().default(null),
  /** Version for ETag / If-Match. */
  version: z.number().int(),
});
export type Message = z.output<typeof message>;

/** A message in a list or alone: with what its mailbox is. */
export const messageItem = message.extend({ accessType });
export type MessageItem = z.output<typeof messageItem>;

export const messageChanges = z
  .strictObject({ folder: folder.optional(), heard: z.boolean().optional(), urgent: z.boolean().optional() })
  .refine(
    (changes) => Object.values(changes).some((value) => value !== undefined),
    'must change at least one of folder, heard, urgent',
  );
export type MessageChanges = z.output<typeof messageChanges>;
