import { maxSampleRate, minSampleRate } from '../audio-facts.ts';
import { id3v2Bytes } from '../mp3/tags.ts';
import { audioDamaged, audioEmpty, audioNotRecognised, audioTruncated } from '../refusals.ts';
import { type ContainerType, endsAnywhere } from './container-type.ts';
import { endsWithinPage } from './ogg-pages.ts';
import { OpusPackets, opusRate } from './opus-packets.ts';
import { type Program, startProgram } from './program.ts';
import { skippedShare } from './skipped-share.ts';

/** Larger files are refused: all of one is in memory while it is read. */
export const maxContainerBytes = 32 * 1024 * 1024;

/** Samples of each channel, -1 to 1; to be used before the next piece is asked for. */
export interface SoundPiece {
  channelData: readonly Float32Array[];
  samples: number;
}

/** What `open` and `next` answer. */
const opusPackets = 1;
const notRecognised = -1;
const end = -1;
const damaged = -2;
const nextStream = -3;

/** As Symphonia names them. */
const containers: Readonly<Record<ContainerType, string>> = {
  'audio/mp4': 'isomp4',
  'audio/aac': 'aac',
  'audio/ogg': 'ogg',
  'audio/webm': 'matroska',
  'audio/flac': 'flac',
};

/** What Symphonia says when what it looked for would have come later. */
const isCutOff = /end of file|end of stream|missing/;

/** What its decoder says of HE-AAC that calls itself so, and of more than two channels. */
const isBeyondLc = /^(unsupported feature: )?aac:/;

const maxChannels = 8;

/** What may be broken: as on a bad line, a gap here and there and still a message. */
export const toleratedShare = 0.05;
/** Nothing is gained by going on. */
const brokenAtMost = 1_000;
/** How much less than a file says that it has is still all of it: what is counted at both ends differs by a frame or two. */
const toleratedSeconds = 0.1;

/** The sound of a file in a container. Computes: to be used in a thread of its own. */
export class SoundFile {
  private readonly type: ContainerType;
  private readonly program: Program;
  private readonly room: Uint8Array;
  private filled = 0;
  private opus: OpusPackets | null = null;
  private packets = 0;
  private frames = 0;
  /** Of the first piece: that of all. */
  private rate = 0;
  private foundCodec = '';

  /** @param bytes how long the file is */
  constructor(type: ContainerType, bytes: number) {
    this.type = type;
    this.program = startProgram();
    const at = this.program.input(bytes);
    this.room = new Uint8Array(this.program.memory.buffer, at, bytes);
  }

  /** @throws DomainError when there is more than was announced */
  write(chunk: Uint8Array): void {
    if (this.filled + chunk.length > this.room.length) throw audioDamaged('it is longer than was stored');
    this.room.set(chunk, this.filled);
    this.filled += chunk.length;
  }

  /** Of what was written and is not opened yet: how much of it will be passed over, 0 to 1. */
  skipped(): number {
    return skippedShare(this.type, this.room);
  }

  /** All of it is there. @throws DomainError when there is no sound in it that can be decoded */
  async open(): Promise<void> {
    if (this.filled < this.room.length) throw audioDamaged('it is shorter than was stored');
    this.program.skip(id3v2Bytes(this.room));
    const isCut = this.type === 'audio/ogg' && endsWithinPage(this.room);
    const kind = this.run(() => this.program.open());
    if (kind === notRecognised) throw this.unknown(this.text());
    if (isCut) throw audioTruncated('its last page is not whole');
    const [container = '', codec = ''] = this.text().split('/');
    if (container !== containers[this.type]) throw audioNotRecognised(`it begins as ${this.type} and is ${container}`);
    this.foundCodec = codec;
    const channels = this.program.channels();
    if (kind === opusPackets) {
      if (channels > 2) throw audioNotRecognised(`it has ${channels} channels`);
      this.opus = await OpusPackets.open(Math.max(1, channels), this.program.delay());
    }
  }

  private unknown(why: string): Error {
    if (isCutOff.test(why)) return audioTruncated(why);
    return audioNotRecognised(
      isBeyondLc.test(why) ? 'it is AAC of another kind than AAC-LC of one or two channels' : why,
    );
  }

  /** As ffmpeg names it. */
  get codec(): string {
    return this.foundCodec;
  }

  /** Hertz; known with the first piece. */
  get sampleRate(): number {
    return this.rate;
  }

  get channels(): number {
    return Math.max(1, this.program.channels());
  }

  /** All of the sound. @throws DomainError when it is empty, ends early or is damaged */
  *pieces(): Generator<SoundPiece> {
    for (;;) {
      const amount = this.run(() => this.program.next());
      if (amount === end) break;
      if (amount === damaged) {
        if (!isCutOff.test(this.text())) throw audioDamaged(this.text());
        if (endsAnywhere(this.type) && this.frames > 0) break;
        throw audioTruncated(this.text());
      }
      if (amount === nextStream) {
        this.opus?.begin(this.program.delay());
        continue;
      }
      this.packets += 1;
      const piece = this.opus === null ? this.decoded(amount) : this.decodedOpus(this.opus, amount);
      this.frames += piece.samples;
      if (piece.samples > 0) yield piece;
      if (this.broken > brokenAtMost) break;
    }
    this.check();
  }

  close(): void {
    this.opus?.close();
  }

  private decoded(samples: number): SoundPiece {
    const { memory, channels, sound, sample_rate: rate } = this.program;
    this.keepRate(rate());
    const many = channels();
    if (many < 1 || many > maxChannels) throw audioNotRecognised(`it has ${many} channels`);
    const at = sound();
    const channelData = Array.from(
      { length: many },
      (_, n) => new Float32Array(memory.buffer, at + n * samples * Float32Array.BYTES_PER_ELEMENT, samples),
    );
    return { channelData, samples };
  }

  private decodedOpus(opus: OpusPackets, bytes: number): SoundPiece {
    const { memory, packet, trim_end: trimEnd } = this.program;
    const at = packet();
    this.keepRate(opusRate);
    return opus.decode(new Uint8Array(memory.buffer, at, bytes), trimEnd());
  }

  private get broken(): number {
    return this.program.broken() + (this.opus?.broken ?? 0);
  }

  private keepRate(rate: number): void {
    if (rate < minSampleRate || rate > maxSampleRate) throw audioNotRecognised(`its sample rate is ${rate}`);
    if (this.rate === 0) this.rate = rate;
    if (this.rate !== rate) throw audioDamaged(`its sample rate is ${rate} here and ${this.rate} before`);
  }

  private check(): void {
    if (this.frames === 0) throw audioEmpty();
    const { broken } = this;
    if (broken > toleratedShare * (this.packets + broken)) throw audioDamaged(`${broken} of its packets are broken`);
    // What ADTS says is a guess, and Matroska says nothing.
    const promised = this.type === 'audio/aac' ? 0 : this.program.promised();
    const missing = promised - this.frames;
    if (missing > toleratedSeconds * this.rate) throw audioTruncated(`${missing} of ${promised} samples are missing`);
  }

  /** A trap is what a damaged file does to a decoder that cannot go on. */
  private run(call: () => number): number {
    try {
      return call();
    } catch (error) {
      if (error instanceof WebAssembly.RuntimeError) throw audioDamaged('its decoder gave up');
      throw error;
    }
  }

  private text(): string {
    const { memory, text, text_bytes: bytes } = this.program;
    const [at, length] = [text(), bytes()];
    return Buffer.from(memory.buffer, at, length).toString();
  }
}
