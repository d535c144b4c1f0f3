import type { PreviewedDelivery } from '@aftertone/contracts';
import type { MessageNotice, Recording } from '../../deliveries/delivery.ts';

type Content = NonNullable<PreviewedDelivery['content']>;

/** 8,000 samples a second of 16 bit. */
const wavBytesPerMs = 16;
/** 24 kbit/s, as media-svc writes 8 kHz unless it is told otherwise. */
const mp3BytesPerMs = 3;

/** About as large as a recording of that length is. */
export const bytesOf = (durationMs: number): number => durationMs * wavBytesPerMs;

/** What it is as it is stored and, about, converted: whichever is small enough is attached. */
const sizesOf = ({ format, contentType, bytes }: Recording, durationMs: number): number[] => {
  if (format === 'mp3' && contentType !== 'audio/mpeg') return [durationMs * mp3BytesPerMs, bytes];
  if (format === 'wav' && contentType !== 'audio/wav') return [bytesOf(durationMs), bytes];
  return [bytes];
};

/**
 * The recording that goes with an e-mail, and why there is none.
 *
 * @param maxBytes larger recordings are not attached; null: no limit
 */
export const attachmentOf = (
  { recording, withheld, durationMs }: MessageNotice,
  maxBytes: number | null,
): Pick<Content, 'audio' | 'audioReason'> => {
  const without = (audioReason: Content['audioReason']) => ({ audio: null, audioReason });
  if (durationMs === null) return without('no-audio');
  if (recording === null) return without(withheld ?? 'not-wanted');
  const fits = maxBytes === null || sizesOf(recording, durationMs).some((bytes) => bytes <= maxBytes);
  if (!fits) return without('too-large');
  const { contentType, format } = recording;
  return { audio: { contentType, format }, audioReason: 'attached' };
};
