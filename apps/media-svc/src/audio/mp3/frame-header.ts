/** What the four bytes before every MP3 frame say (ISO/IEC 11172-3 and 13818-3, and MPEG 2.5). */
export interface FrameHeader {
  /** With the header. */
  bytes: number;
  sampleRate: number;
  channels: number;
  samples: number;
  /** Bytes of side information after the header: the Xing tag stands behind them. */
  sideInfo: number;
}

export const frameHeaderBytes = 4;

const kilobits = {
  mpeg1: [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  mpeg2: [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
};

const sampleRates = [44_100, 48_000, 32_000];

const layer3 = 1;
const mono = 3;

/** By the two version bits: how much the MPEG 1 sample rates are divided. Version 1 is reserved. */
const rateDivisors: Readonly<Record<number, number>> = { 0: 4, 2: 2, 3: 1 };

/** Null when this is no Layer III frame. Free-format frames (bit rate 0), which nobody writes, are none either. */
export const readFrameHeader = (bytes: Buffer): FrameHeader | null => {
  if (bytes.length < frameHeaderBytes) return null;
  const word = bytes.readUInt32BE(0);
  if (word >>> 21 !== 0x7ff || ((word >>> 17) & 3) !== layer3) return null;
  const divisor = rateDivisors[(word >>> 19) & 3];
  const rate = sampleRates[(word >>> 10) & 3];
  if (divisor === undefined || rate === undefined) return null;
  const isMpeg1 = divisor === 1;
  const bitrate = kilobits[isMpeg1 ? 'mpeg1' : 'mpeg2'][(word >>> 12) & 15];
  if (!bitrate) return null;
  const channels = ((word >>> 6) & 3) === mono ? 1 : 2;
  const sampleRate = rate / divisor;
  const samples = isMpeg1 ? 1152 : 576;
  const padding = (word >>> 9) & 1;
  return {
    bytes: Math.floor((samples / 8) * ((bitrate * 1000) / sampleRate)) + padding,
    sampleRate,
    channels,
    samples,
    sideInfo: isMpeg1 ? (channels === 1 ? 17 : 32) : channels === 1 ? 9 : 17,
  };
};
