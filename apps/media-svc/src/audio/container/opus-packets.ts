import { OpusDecoder } from 'opus-decoder';
import type { SoundPiece } from './sound-file.ts';

/** Opus is always decoded at this rate, whatever it was made from (RFC 7845, section 5.1). */
export const opusRate = 48_000;

/** Decodes the packets of one stream of Opus, mono or stereo. */
export class OpusPackets {
  /** Packets that could not be decoded. */
  broken = 0;
  private readonly decoder: OpusDecoder;
  private toSkip = 0;

  private constructor(decoder: OpusDecoder) {
    this.decoder = decoder;
  }

  /** @param preSkip samples at the beginning that are not to be heard */
  static async open(channels: number, preSkip: number): Promise<OpusPackets> {
    const decoder = new OpusDecoder({ channels, preSkip });
    await decoder.ready;
    return new OpusPackets(decoder);
  }

  /**
   * Another stream begins, and so many samples at its beginning are not to be heard: in these the decoder forgets the one
   * before (RFC 7845, section 4.2).
   */
  begin(preSkip: number): void {
    this.toSkip = preSkip;
  }

  /** @param trimEnd samples at its end that are not to be heard */
  decode(packet: Uint8Array, trimEnd: number): SoundPiece {
    // An empty packet stands for one that was lost, and would be made up.
    if (packet.length === 0) {
      this.broken += 1;
      return { channelData: [], samples: 0 };
    }
    try {
      const { channelData, samplesDecoded, errors } = this.decoder.decodeFrame(packet);
      this.broken += errors.length;
      const skipped = Math.min(this.toSkip, samplesDecoded);
      this.toSkip -= skipped;
      const heard = skipped === 0 ? channelData : channelData.map((channel) => channel.subarray(skipped));
      return { channelData: heard, samples: Math.max(0, samplesDecoded - skipped - trimEnd) };
    } catch {
      // Larger than any packet is.
      this.broken += 1;
      return { channelData: [], samples: 0 };
    }
  }

  close(): void {
    this.decoder.free();
  }
}
