import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { CloudEvent } from '@aftertone/contracts';
import { DomainError, newId } from '@aftertone/kernel';
import {
  depositInto,
  type Instance,
  mailboxPublisher,
  type TestGround,
  testGround,
} from '@aftertone/mailbox-svc/for-histories';
import {
  applyMessageEvents,
  deleteUnused,
  type Known,
  keepRecording,
  type MediaGround,
  MessageAudioTable,
  meta,
  openMediaGround,
  pieces,
  wavFile,
} from '@aftertone/media-svc/for-histories';

export const hourMs = 3_600_000;
/** How long media-svc keeps a recording that no message ever had, and after the last message that had it was purged. */
const graces = { orphanAfterMs: 24 * hourMs, releaseGraceMs: hourMs };

const messageSubject = /^evt\.[^.]+\.mailboxes\.[^.]+\.messages\.[^.]+$/;

interface Published {
  event: CloudEvent;
  delivered: boolean;
}

/**
 * mailbox-svc's rules on its database and media-svc's on another, with recordings in a real folder, and one clock. Between them
 * is no bus: events are published from the log as the relay does, and delivered when, in which order and how often the test says.
 */
export class World {
  readonly mailboxes: Instance;
  readonly media: MediaGround;
  private readonly mailboxGround: TestGround;
  private readonly published: Published[] = [];
  private position = 0;
  private nowMs = Date.now();
  private readonly since = new Date(Date.now() - hourMs).toISOString();

  private constructor(mailboxGround: TestGround, mailboxes: Instance, media: MediaGround) {
    this.mailboxGround = mailboxGround;
    const clock = () => new Date(this.nowMs);
    Object.assign(mailboxes.ground, { clock });
    media.clock = clock;
    this.mailboxes = mailboxes;
    this.media = media;
  }

  static async open(): Promise<World> {
    const mailboxGround = await testGround();
    return new World(mailboxGround, await mailboxGround.instance(), await openMediaGround());
  }

  async close(): Promise<void> {
    await this.media.close();
    await this.mailboxGround.close();
  }

  get now(): Date {
    return new Date(this.nowMs);
  }

  pass(ms: number): void {
    this.nowMs += ms;
  }

  /** A recording as an upload leaves it, and what a deposit says of it. */
  async record(tenantId: string) {
    const mediaId = newId();
    const source = pieces(wavFile({ sound: randomBytes(400) }));
    const limits = { maxBytes: 1e6, maxSeconds: null };
    const { media } = await keepRecording(this.media, { tenantId, mediaId, limits, source, meta });
    const { contentType, codec, durationMs, bytes, sha256 } = media.facts;
    const voice = { type: 'voice' as const, mediaId, contentType, codec, durationMs, bytes, sha256 };
    return { voice, storedAt: media.storedAt };
  }

  /** The input of a deposit, with its recording stored. */
  async deposit(tenantId: string, mailboxId: string) {
    return { ...depositInto(mailboxId), ...(await this.record(tenantId)) };
  }

  /** As the relay: everything that the log has. */
  async publish(): Promise<void> {
    const publisher = mailboxPublisher('c1');
    for (;;) {
      const events = await this.mailboxes.ground.store.log.readAll(this.position, 500);
      for (const event of events) {
        for (const { subject, body } of publisher.busMessages(event)) {
          if (messageSubject.test(subject)) this.published.push({ event: JSON.parse(body), delivered: false });
        }
        this.position = event.position;
      }
      if (events.length === 0) return;
    }
  }

  /** Some of what was published, newest and oldest alike, and what was delivered before once more. */
  async deliver(picks: readonly number[]): Promise<void> {
    const recent = this.published.slice(-60);
    await this.apply(picks.flatMap((n) => recent[n % Math.max(1, recent.length)] ?? []));
  }

  async deliverAll(): Promise<void> {
    await this.apply(this.published.filter(({ delivered }) => !delivered).reverse());
  }

  private async apply(some: readonly Published[]): Promise<void> {
    const table = new MessageAudioTable(this.media.store.pool);
    await applyMessageEvents(
      { ...this.media, table },
      some.map(({ event }) => event),
    );
    for (const one of some) one.delivered = true;
  }

  /** media-svc's clean-up, by what it can know of what was delivered. */
  async cleanUp(): Promise<void> {
    const behind = this.published.findIndex(({ delivered }) => !delivered);
    const through = this.published.at(behind === -1 ? -1 : behind - 1);
    if (through === undefined || behind === 0) return;
    const known: Known = { applied: { since: this.since, through: through.event.time }, caughtUp: behind === -1 };
    await deleteUnused({ ...this.media, ...graces }, known);
  }

  /** Recordings that messages of a tenant play, deleted ones too. */
  async played(tenantId: string): Promise<string[]> {
    const { rows } = await this.mailboxes.ground.store.pool.query<{ id: string }>(
      `SELECT DISTINCT content ->> 'mediaId' AS id FROM message
       WHERE tenant_id = $1 AND content ? 'mediaId' ORDER BY 1`,
      [tenantId],
    );
    return rows.map(({ id }) => id);
  }

  /** Recordings of a tenant. Throws where one is known without its bytes, or the other way round. */
  async stored(tenantId: string): Promise<string[]> {
    const { rows } = await this.media.store.pool.query<{ id: string }>(
      'SELECT id FROM media WHERE tenant_id = $1 ORDER BY id',
      [tenantId],
    );
    const known = rows.map(({ id }) => id);
    const folder = join(this.media.root, 'blobs', tenantId);
    const files = existsSync(folder) ? readdirSync(folder, { recursive: true, withFileTypes: true }) : [];
    const there = files.flatMap((file) => (file.isFile() ? [file.name.split('.')[0] ?? ''] : [])).sort();
    if (String(known) !== String(there)) throw new Error(`known are ${known}, there are ${there}`);
    return known;
  }
}

/** A refusal changes nothing; anything else that is thrown is a bug. */
export const unlessRefused = async (work: () => Promise<unknown>): Promise<void> => {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof DomainError) || error.kind === 'unavailable') throw error;
  }
};
